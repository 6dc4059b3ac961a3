#pragma once

#include <c10/core/Device.h>

#include <memory>

#include "profile/event_timer.h"

namespace assay {

/// The timer of a device: CUDA events on a GPU, the steady clock on a CPU. Throws: DeviceError for
/// a GPU in a build without CUDA.
std::unique_ptr<EventTimer> make_timer(at::Device device);

}  // namespace assay
