"""Jobs: what `.sync` waits for, how it ends, and jobs of this session that only exist in it."""
