"""How a peer tells its steps. On a GPU as the program does: nothing waits for the device; events around each step are asked
after every step, and those that the device has passed are written, with the time at which that was seen."""

import collections
import json
import time

import torch

MOST_AHEAD = 4  # steps that the host may be ahead of the device, as the program

def make_recorder(path, device):
    return (Recorder if device == "cpu" else EventRecorder)(path)


class Recorder:
    """Of a step that is over when the call returns."""

    def __init__(self, path):
        self.out = open(path, "a", encoding="ascii")

    def begin_step(self):
        pass

    def end_step(self, step, loss):
        self.write(step, loss.item())

    def write(self, step, loss, **more):
        self.out.write(json.dumps({"step": step, "loss_nats": loss, "time_unix_s": time.time(), **more}) + "\n")
        self.out.flush()

    def finish(self):
        """Every step is written."""


class EventRecorder(Recorder):
    def __init__(self, path):
        super().__init__(path)
        self.pending = collections.deque()
        self.begin = None

    @staticmethod
    def mark():
        event = torch.cuda.Event(enable_timing=True)
        event.record()
        return event

    def begin_step(self):
        self.begin = self.mark()

    def end_step(self, step, loss):
        if len(self.pending) >= MOST_AHEAD:
            self.pending[0][3].synchronize()
        host_loss = torch.empty((), dtype=torch.float32, pin_memory=True)
        host_loss.copy_(loss, non_blocking=True)
        self.pending.append((step, host_loss, self.begin, self.mark()))
        self.write_passed()

    def write_passed(self):
        while self.pending and self.pending[0][3].query():
            step, loss, begin, end = self.pending.popleft()
            self.write(step, loss.item(), wall_s=begin.elapsed_time(end) / 1e3)

    def finish(self):
        torch.cuda.synchronize()
        self.write_passed()
