#pragma once

#include <c10/core/Device.h>

#include <functional>

namespace assay {

/// Seconds that a device takes for a piece of work, by the marks of its own clock, beginning
/// when it has done what it was given before; waits for the device. Throws: what the work throws;
/// DeviceError as make_timer.
std::function<double(const std::function<void()>& work)> device_stopwatch(at::Device device);

}  // namespace assay
