// Where a text stops being JSON. Browsers judge the same, but each tells the place in its own way, or not at all.

const WORDS = {
  value: "a value",
  first: "a value or ]",
  key: "a name in double quotes",
  member: "a name in double quotes or }",
  colon: ":",
  end: "nothing more",
  "}": ", or }",
  "]": ", or ]",
};
const SPACE = /[ \t\n\r]*/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SCALAR = /(?:-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.])/y;

/** What is wrong with a text that should be JSON, as a sentence with line and column; "" when it is sound. */
export function jsonProblem(text) {
  try {
    JSON.parse(text);
    return "";
  } catch {
    const { at, wanted } = firstFault(text);
    const lines = text.slice(0, at).split("\n");
    const found = at < text.length ? `not ${JSON.stringify(String.fromCodePoint(text.codePointAt(at)))}` : "but the text ends";
    return `Line ${lines.length}, column ${lines.at(-1).length + 1}: ${WORDS[wanted]} should stand here, ${found}.`;
  }
}

function firstFault(text) {
  const open = []; // the closing brackets to come
  let at = 0;
  let wanted = "value";
  const take = (pattern) => {
    pattern.lastIndex = at;
    const length = pattern.exec(text)?.[0].length ?? 0;
    at += length;
    return length > 0;
  };
  const after = () => open.at(-1) ?? "end"; // what may follow a value: a comma or the closing bracket
  for (;;) {
    take(SPACE);
    const sign = text[at];
    if ((wanted === "value" || wanted === "first") && (sign === "{" || sign === "[")) {
      open.push(sign === "{" ? "}" : "]");
      wanted = sign === "{" ? "member" : "first";
    } else if (sign === open.at(-1) && ["first", "member", "}", "]"].includes(wanted)) {
      open.pop();
      wanted = after();
    } else if ((wanted === "}" || wanted === "]") && sign === ",") wanted = wanted === "}" ? "key" : "value";
    else if (wanted === "colon" && sign === ":") wanted = "value";
    else if ((wanted === "key" || wanted === "member") && take(STRING)) {
      wanted = "colon";
      continue;
    } else if ((wanted === "value" || wanted === "first") && (take(STRING) || take(SCALAR))) {
      wanted = after();
      continue;
    } else return { at, wanted };
    at += 1;
  }
}
