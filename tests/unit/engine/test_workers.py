import threading

from sfn_notebook.engine.workers import Workers


def test_there_is_no_thread_before_there_is_work() -> None:
    before = threading.active_count()
    workers = Workers()
    assert threading.active_count() == before
    assert workers.close()


def test_jobs_run_at_the_same_time_up_to_the_limit_and_threads_are_used_again() -> None:
    workers, together, done = Workers(limit=2), threading.Barrier(2), threading.Semaphore(0)

    def meet() -> None:
        together.wait(10)
        done.release()

    for _ in range(3):
        workers.submit(meet)
        workers.submit(meet)
        assert done.acquire(timeout=10)
        assert done.acquire(timeout=10)
    assert len([t for t in threading.enumerate() if t.name.startswith("sfn-runner")]) == 2
    assert workers.close()


def test_close_says_when_a_job_still_runs_and_takes_no_more() -> None:
    workers, go, started = Workers(), threading.Event(), threading.Event()
    late: list[int] = []

    def hang() -> None:
        started.set()
        go.wait(10)

    workers.submit(hang)
    assert started.wait(10)
    assert workers.close(grace=0.0) is False
    workers.submit(lambda: late.append(1))
    go.set()
    assert workers.close()
    assert late == []
