#include "train/tensor_memory.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <thread>

namespace assay {
namespace {

constexpr int64_t kMebibytes = 1 << 20;

double peak() { return peak_tensor_bytes(at::kCPU)->value(); }

TEST_CASE("the peak of tensors is what was held at one time, in whichever thread it was made") {
  count_host_tensors();
  restart_tensor_peak(at::kCPU);
  const double before = peak();
  at::Tensor kept = at::zeros({8 * kMebibytes}, at::kByte);
  { const at::Tensor passing = at::zeros({16 * kMebibytes}, at::kByte); }
  std::thread([&] { kept = at::cat({kept, at::zeros({4 * kMebibytes}, at::kByte)}); }).join();
  CHECK(peak() - before == Approx(24.0 * kMebibytes).epsilon(0.001));
  restart_tensor_peak(at::kCPU);
  CHECK(peak() - before == Approx(12.0 * kMebibytes).epsilon(0.001));
  kept.reset();
  restart_tensor_peak(at::kCPU);
  CHECK(peak() == Approx(before).margin(0.001 * kMebibytes));
}

TEST_CASE("counting twice counts once") {
  count_host_tensors();
  count_host_tensors();
  restart_tensor_peak(at::kCPU);
  const double before = peak();
  const at::Tensor tensor = at::zeros({kMebibytes}, at::kByte);
  CHECK(peak() - before == Approx(1.0 * kMebibytes).epsilon(0.01));  // and a few pages
}

TEST_CASE("the process holds at least its tensors resident") {
  const at::Tensor tensor = at::ones({64 * kMebibytes}, at::kByte);
  CHECK(peak_resident_bytes()->value() > 64.0 * kMebibytes);
}

}  // namespace
}  // namespace assay
