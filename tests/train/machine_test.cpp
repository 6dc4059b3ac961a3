#include "train/machine.h"

#include <catch2/catch.hpp>

#include <chrono>
#include <cstdlib>

#include "train/loaded_files.h"
#include "train/numerics.h"

namespace {

TEST_CASE("the process started a short while ago, before this test") {
  const double now =
      std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const double start = assay::process_start_unix_s();
  CHECK(start < now + 0.02);
  CHECK(now - start < 600);
}

TEST_CASE("times are written in UTC") {
  CHECK(assay::rfc3339(0) == "1970-01-01T00:00:00Z");
  CHECK(assay::rfc3339(1763797803.9) == "2025-11-22T07:50:03Z");
}

TEST_CASE("only listed variables reach the manifest") {
  setenv("MY_SECRET_TOKEN", "hunter2", 1);
  setenv("OMP_WAIT_POLICY", "passive", 1);
  const auto variables = assay::environment_in_force();
  CHECK(variables.count("MY_SECRET_TOKEN") == 0);
  CHECK(variables.at("OMP_WAIT_POLICY") == "passive");
  unsetenv("MY_SECRET_TOKEN");
  unsetenv("OMP_WAIT_POLICY");
}

TEST_CASE("the CPU is described with a measured ceiling") {
  const assay::DeviceInfo info = assay::describe_device(at::kCPU, assay::Precision::kFp32, {});
  CHECK(info.kind == "cpu");
  CHECK_FALSE(info.name.empty());
  CHECK(info.uuid.empty());
  CHECK(info.measured_ceiling_flops > 1e8);
  CHECK(info.ceiling_dtype == "fp32");
}

TEST_CASE("a ceiling that was not asked for is absent") {
  const assay::DeviceInfo info = assay::describe_device(at::kCPU, std::nullopt, {});
  CHECK_FALSE(info.name.empty());
  CHECK_FALSE(info.measured_ceiling_flops.has_value());
  CHECK(info.ceiling_dtype.empty());
}

TEST_CASE("numerics flags are what was set") {
  assay::apply_numerics(1);
  const auto flags = assay::numerics_in_force();
  CHECK(flags.at("float32_matmul_precision") == "highest");
  CHECK(flags.at("cudnn_benchmark") == "false");
  CHECK(flags.at("cublas_workspace_config") == ":4096:8");
}

TEST_CASE("the program and LibTorch are known by content") {
  CHECK(assay::program_digest().sha256.size() == 64);
  bool has_torch = false;
  for (const assay::FileDigest& file : assay::library_digests(/*with_cuda=*/false)) {
    CHECK(file.sha256.size() == 64);
    CHECK(file.path.find("cuda") == std::string::npos);
    has_torch = has_torch || file.path.find("libtorch_cpu.so") != std::string::npos;
  }
  CHECK(has_torch);
}

}  // namespace
