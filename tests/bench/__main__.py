"""`make bench`: every figure is a median, beside something measured in the same run."""

from tests.bench import service, understanding, workers

if __name__ == "__main__":
    understanding.main()
    service.main()
    workers.main()
