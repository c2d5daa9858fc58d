"""Telling a person that a job waits for a service that gives nothing. Pure: the caller brings the time and tells."""

import math
from datetime import datetime, timedelta

from kadr.encode.hosted.options import Options
from kadr.errors import ServiceBusy, ServiceError

__all__ = ["Silence", "out_of_time"]


class Silence:
    """When to say that nothing comes, and what. Not safe for threads: its holder locks.

    The first line comes `quiet` seconds after the last progress, where a call failed since then; further ones each
    `reminder` seconds.
    """

    def __init__(self, options: Options) -> None:
        self._quiet, self._reminder = options.quiet, options.reminder
        self._fault: Exception | None = None
        self._told = -math.inf

    def failed(self, fault: Exception) -> None:
        """Note that a call failed, for a reason that may pass."""
        self._fault = fault

    def over(self) -> None:
        """Note that a call was answered."""
        self._fault, self._told = None, -math.inf

    def line(self, now: float, progress: float, deadline: float) -> str:
        """Return what is to be told now, "" for nothing.

        Args:
            now: the time.
            progress: when something came last, or when the job began.
            deadline: seconds after that until the job stops.
        """
        silent = now - progress
        if self._fault is None or silent < self._quiet or now - self._told < self._reminder:
            return ""
        self._told = now
        until = datetime.now().astimezone() + timedelta(seconds=max(0.0, deadline - silent))
        what = str(self._fault).rpartition("; ")  # our errors end with a remedy, which is for the end
        return f"{what[0] or what[2]}; nothing came for {silent:,.0f} s, trying on until {until:%H:%M:%S}"


def out_of_time(fault: ServiceError, wait: float, deadline: float) -> ServiceError:
    """Return the error of a job that stops because nothing came for `deadline` seconds, or `wait` of them are asked."""
    if wait > deadline:
        return ServiceBusy(
            f"{fault}; it wants to be left alone for {wait:,.0f} s, longer than a build waits", wait=wait
        )
    return type(fault)(f"{fault}; nothing came for {deadline:,.0f} s")
