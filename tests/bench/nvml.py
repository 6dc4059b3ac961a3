"""What NVIDIA's driver says of one GPU, by ctypes from libnvidia-ml.so.1. What a device or an old library does not tell is
None, never 0. Constants and layouts: nvml.h of API 13 (also in PyPI's nvidia-ml-py)."""

import ctypes

NOT_AVAILABLE = 2**64 - 1
INSUFFICIENT_SIZE = 7
SM_CLOCK, MEMORY_CLOCK = 1, 2


class Process(ctypes.Structure):
    """nvmlProcessInfo_t of nvmlDeviceGetComputeRunningProcesses_v3."""
    _fields_ = [("pid", ctypes.c_uint), ("memory", ctypes.c_ulonglong), ("gpu_instance", ctypes.c_uint),
                ("compute_instance", ctypes.c_uint)]


class Utilization(ctypes.Structure):
    _fields_ = [("gpu", ctypes.c_uint), ("memory", ctypes.c_uint)]


class NvmlError(Exception):
    """There is no usable library or no such device; the message says why."""


class Gpu:
    """One device, by its index or UUID."""

    def __init__(self, which="0", library="libnvidia-ml.so.1"):
        try:
            self.nvml = ctypes.CDLL(library) if isinstance(library, str) else library
        except OSError as error:
            raise NvmlError(str(error)) from None
        status = self.nvml.nvmlInit_v2()
        if status != 0:
            raise NvmlError(f"nvmlInit_v2 answers {status}")
        self.handle = ctypes.c_void_p()
        if which.isdigit():
            status = self.nvml.nvmlDeviceGetHandleByIndex_v2(int(which), ctypes.byref(self.handle))
        else:
            status = self.nvml.nvmlDeviceGetHandleByUUID(which.encode(), ctypes.byref(self.handle))
        if status != 0:
            raise NvmlError(f"device {which} answers {status}")
        mig, pending = ctypes.c_uint(), ctypes.c_uint()
        if self._get("nvmlDeviceGetMigMode", ctypes.byref(mig), ctypes.byref(pending)) and mig.value:
            raise NvmlError(f"device {which} is cut into MIG instances: energy and load are told of the whole alone")

    def _get(self, name, *arguments):
        """Whether the library has this function and it succeeds."""
        function = getattr(self.nvml, name, None)
        return function is not None and function(self.handle, *arguments) == 0

    def _number(self, name, *arguments, kind=ctypes.c_uint):
        value = kind()
        return value.value if self._get(name, *arguments, ctypes.byref(value)) else None

    def _text(self, name):
        text = ctypes.create_string_buffer(96)
        return text.value.decode() if self._get(name, text, 96) else None

    def energy_j(self):
        """Of the whole board since the driver was loaded."""
        millijoules = self._number("nvmlDeviceGetTotalEnergyConsumption", kind=ctypes.c_ulonglong)
        return None if millijoules is None else millijoules / 1e3

    def busy_share(self):
        """Share of the driver's last sampling period (a second at most) in which a kernel ran."""
        value = Utilization()
        return value.gpu / 100 if self._get("nvmlDeviceGetUtilizationRates", ctypes.byref(value)) else None

    def clock_mhz(self, kind=SM_CLOCK):
        return self._number("nvmlDeviceGetClockInfo", kind)

    def process_memory(self):
        """{pid: bytes or None} of the processes with a context on the device; None where they are not told."""
        function = getattr(self.nvml, "nvmlDeviceGetComputeRunningProcesses_v3", None)
        if function is None:
            return None
        size = 64
        for _ in range(3):
            count, found = ctypes.c_uint(size), (Process * size)()
            status = function(self.handle, ctypes.byref(count), found)
            if status == 0:
                return {item.pid: None if item.memory == NOT_AVAILABLE else item.memory for item in found[:count.value]}
            if status != INSUFFICIENT_SIZE:
                return None
            size = count.value + 64
        return None

    def facts(self):
        """What belongs beside a result; a fact that the driver does not tell is absent."""
        driver = ctypes.create_string_buffer(96)
        has_driver = self.nvml.nvmlSystemGetDriverVersion(driver, 96) == 0
        limit = self._number("nvmlDeviceGetEnforcedPowerLimit")
        found = {"name": self._text("nvmlDeviceGetName"), "driver": driver.value.decode() if has_driver else None,
                 "power_limit_w": None if limit is None else limit / 1e3,
                 "sm_clock_max_mhz": self._number("nvmlDeviceGetMaxClockInfo", SM_CLOCK),
                 "memory_clock_mhz": self.clock_mhz(MEMORY_CLOCK)}
        return {key: value for key, value in found.items() if value is not None}
