#pragma once

#include <c10/core/Device.h>

#include <cstdint>
#include <string>

#include "train/train_config.h"

namespace assay {

/// What can be known about GPUs before CUDA is used.
struct GpuProbe {
  bool visible = false;  ///< a device file or the kernel driver says there is a GPU
  bool built_with_cuda = false;
  bool cuda_works = false;
  std::string driver;  ///< version of the kernel driver; empty where unknown
  std::string error;   ///< what CUDA said where it does not work
};

/// Looks at this machine. `visible` comes from /dev/nvidia<N> and /proc/driver/nvidia, so it does
/// not depend on a working CUDA.
GpuProbe probe_gpus();

/// The device to train on. The CPU is chosen only where there is no GPU or the config asks for it:
/// paid GPU hours are never burnt on a CPU in silence. Throws: DeviceError naming the driver found,
/// the driver needed and the command that shows or mends it.
at::Device choose_device(DeviceChoice choice, const GpuProbe& probe, int64_t local_rank);

/// Makes a GPU this thread's current one, whose streams and events are taken where none is named;
/// does nothing for the CPU. Throws: DeviceError where CUDA has no such device.
void make_current(at::Device device);

/// Throws: DeviceError where LibTorch has the attention kernel for GPUs only and `device` is none.
void require_attention_kernel(kernels::AttentionKernel kernel, at::Device device);

}  // namespace assay
