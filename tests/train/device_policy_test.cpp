#include "train/device_policy.h"

#include <catch2/catch.hpp>

#include "error/error.h"

namespace {

using assay::choose_device;
using assay::DeviceChoice;
using assay::GpuProbe;

const GpuProbe kNoGpu{.built_with_cuda = true, .error = "no CUDA-capable device is detected"};
const GpuProbe kGoodGpu{
    .visible = true, .built_with_cuda = true, .cuda_works = true, .driver = "580.82.07"};
const GpuProbe kOldDriver{.visible = true,
                          .built_with_cuda = true,
                          .driver = "535.104.05",
                          .error = "CUDA driver version is insufficient for CUDA runtime version"};

TEST_CASE("auto takes the GPU of this rank, and the CPU only where there is no GPU") {
  CHECK(choose_device(DeviceChoice::kAuto, kGoodGpu, 2) == at::Device(at::kCUDA, 2));
  CHECK(choose_device(DeviceChoice::kAuto, kNoGpu, 0) == at::Device(at::kCPU));
}

TEST_CASE("a GPU that CUDA cannot use stops the run with both drivers and the command") {
  for (const DeviceChoice choice : {DeviceChoice::kAuto, DeviceChoice::kCuda}) {
    CHECK_THROWS_AS(choose_device(choice, kOldDriver, 0), assay::DeviceError);
    CHECK_THROWS_WITH(choose_device(choice, kOldDriver, 0),
                      Catch::Contains("535.104.05") && Catch::Contains("580.65.06") &&
                          Catch::Contains("nvidia-smi") && Catch::Contains("insufficient"));
  }
}

TEST_CASE("the CPU is used beside a GPU only when the config asks for it") {
  CHECK(choose_device(DeviceChoice::kCpu, kOldDriver, 0) == at::Device(at::kCPU));
  CHECK(choose_device(DeviceChoice::kCpu, kGoodGpu, 0) == at::Device(at::kCPU));
}

TEST_CASE("a GPU beside a build without CUDA is named, not passed over") {
  const GpuProbe probe{.visible = true, .driver = "580.82.07"};
  CHECK_THROWS_WITH(choose_device(DeviceChoice::kAuto, probe, 0),
                    Catch::Contains("built without CUDA"));
}

TEST_CASE("cuda where there is no GPU is an error") {
  CHECK_THROWS_WITH(choose_device(DeviceChoice::kCuda, kNoGpu, 0), Catch::Contains("shows no GPU"));
}

TEST_CASE("attention kernels of GPUs are refused on a CPU, and taken on a GPU") {
  using assay::require_attention_kernel;
  using assay::kernels::AttentionKernel;
  for (const AttentionKernel kernel : {AttentionKernel::kCudnn, AttentionKernel::kEfficient}) {
    CHECK_THROWS_AS(require_attention_kernel(kernel, at::kCPU), assay::DeviceError);
    CHECK_NOTHROW(require_attention_kernel(kernel, at::Device(at::kCUDA, 0)));
  }
  for (const AttentionKernel kernel :
       {AttentionKernel::kAuto, AttentionKernel::kFlash, AttentionKernel::kMath}) {
    CHECK_NOTHROW(require_attention_kernel(kernel, at::kCPU));
  }
}

}  // namespace
