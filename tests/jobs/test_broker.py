"""The embedded broker."""

import shutil
import threading
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import OperationalError


@pytest.fixture
def connect(tmp_path):
    connections = []

    def open_queue(name="work"):
        connection = Connection(
            "embedded://localhost", transport_options={"folder": str(tmp_path / "broker")}
        )
        connections.append(connection)
        return connection.SimpleQueue(name)

    yield open_queue
    for connection in connections:
        connection.close()


def take(queue):
    message = queue.get(block=False)
    message.ack()
    return message.payload


def test_messages_come_in_the_order_of_sending(connect):
    sender, reader = connect(), connect()
    for number in range(12):
        sender.put({"number": number})

    assert [take(reader)["number"] for _ in range(12)] == list(range(12))
    with pytest.raises(Empty):
        take(reader)


def test_queues_do_not_mix(connect):
    connect("quick").put("q")

    with pytest.raises(Empty):
        take(connect("work"))


def test_message_half_written_is_not_seen(connect, tmp_path):
    queue = connect()
    queue.put("whole")
    (tmp_path / "broker" / "work" / ".half.message").write_text('{"bo')

    assert (queue.qsize(), take(queue)) == (1, "whole")


def test_deleted_folder_is_made_anew(connect, tmp_path):
    queue = connect()
    queue.put("lost")
    shutil.rmtree(tmp_path / "broker")
    queue.put("kept")

    assert take(queue) == "kept"


def test_purge_empties_the_queue(connect):
    queue = connect()
    for _ in range(3):
        queue.put("x")

    assert (queue.clear(), queue.qsize()) == (3, 0)


def test_writers_and_readers_at_once_lose_and_double_nothing(connect):
    taken, lock = [], threading.Lock()

    def write(writer):
        queue = connect()
        for number in range(100):
            queue.put([writer, number])

    def read():
        queue = connect()
        while len(taken) < 200:
            try:
                payload = take(queue)
            except Empty:
                continue
            with lock:
                taken.append(tuple(payload))

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(2)]
    threads += [threading.Thread(target=read) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    assert sorted(taken) == [(writer, number) for writer in range(2) for number in range(100)]


def test_unwritable_folder_is_a_broker_that_does_not_answer():
    connection = Connection("embedded://localhost", transport_options={"folder": "/proc/nowhere"})

    with pytest.raises((OSError, OperationalError)):
        connection.SimpleQueue("work").put("x")
