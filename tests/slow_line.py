"""A line between a browser and a server that is slow, or is cut."""

import queue
import socket
import socketserver
import threading
import time
from contextlib import suppress


class Line(socketserver.ThreadingTCPServer):
    """Passes connections on to a server, until it is cut; a context manager."""

    def __init__(self, port):
        """Take the server's port.

        Attributes:
            server_port: where new connections lead to.
            delay: the seconds that everything takes from now on, each way.
        """
        super().__init__(("127.0.0.1", 0), None)
        self.server_port, self.delay = port, 0
        self.is_cut, self.open = False, set()
        self.address = f"http://127.0.0.1:{self.socket.getsockname()[1]}"

    def __enter__(self):
        threading.Thread(target=self.serve_forever, args=(0.05,)).start()
        return self

    def __exit__(self, *_):
        self.cut()
        self.shutdown()
        self.server_close()

    def cut(self):
        """End all connections, and let none through from now on."""
        self.is_cut = True
        for end in list(self.open):
            hang_up(end)

    def repair(self):
        self.is_cut = False

    def verify_request(self, *_):
        return not self.is_cut

    def finish_request(self, near, _):
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.server_port)) as far:
            self.open |= {near, far}
            back = threading.Thread(target=self.pass_on, args=(far, near))
            back.start()
            self.pass_on(near, far)
            back.join()
            self.open -= {near, far}

    def pass_on(self, source, target):
        """Pass on what comes, each part after the delay, until either end hangs up."""
        parts = queue.SimpleQueue()
        delivery = threading.Thread(target=deliver, args=(parts, target))
        delivery.start()
        with suppress(OSError):
            while data := source.recv(65_536):
                parts.put((time.monotonic() + self.delay, data))
        parts.put((0, b""))
        delivery.join()
        hang_up(source)
        hang_up(target)


def deliver(parts, target):
    """Send parts to a socket, each when it is due, until an empty one."""
    with suppress(OSError):
        while part := parts.get():
            due, data = part
            if not data:
                return
            time.sleep(max(due - time.monotonic(), 0))
            target.sendall(data)


def hang_up(end):
    with suppress(OSError):
        end.shutdown(socket.SHUT_RDWR)
