#pragma once

#include <c10/core/Device.h>

#include <map>
#include <optional>
#include <string>

#include "record/run_manifest.h"
#include "train/device_policy.h"
#include "train/train_config.h"

namespace assay {

/// The device that trains, as its driver names it, with the ceiling of matrix products measured now
/// in `ceiling`'s precision; without one it is left out.
DeviceInfo describe_device(at::Device device, std::optional<Precision> ceiling,
                           const GpuProbe& probe);

/// The environment variables that change what a run computes or where, out of a fixed list; never
/// all of them, since secrets live there.
std::map<std::string, std::string> environment_in_force();

std::string host_name();

/// Host clock when this process was started by the kernel (resolution 10 ms): devices are held from
/// here, before `main`.
double process_start_unix_s();

/// "2026-11-22T08:00:00Z".
std::string rfc3339(double unix_s);

}  // namespace assay
