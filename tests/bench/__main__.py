"""`make bench`: every figure is a median, beside something measured in the same run."""

from tests.bench import beside, sending, service, understanding, webhook, workers

if __name__ == "__main__":
    for part in (understanding, service, webhook, sending, beside, workers):
        part.main()
