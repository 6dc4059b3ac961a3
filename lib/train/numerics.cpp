#include "train/numerics.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <fmt/format.h>
#include <sched.h>

#include <cstdlib>

#include "error/error.h"
#include "kernels/product.h"

namespace assay {

namespace {

// More than any machine has; OpenMP would start them all.
constexpr int64_t kMaxThreads = 1024;

std::string yes(bool value) { return value ? "true" : "false"; }

int64_t usable_cpus() {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  return sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? CPU_COUNT(&cpus) : 1;
}

std::string_view precision_name(at::Float32MatmulPrecision precision) {
  switch (precision) {
    case at::Float32MatmulPrecision::HIGHEST:
      return "highest";
    case at::Float32MatmulPrecision::HIGH:
      return "high";
    case at::Float32MatmulPrecision::MEDIUM:
      return "medium";
  }
  return "unknown";
}

}  // namespace

void apply_numerics(int64_t num_threads) {
  if (num_threads > kMaxThreads) {
    throw ConfigError(fmt::format("[train] threads are at most {}: {}", kMaxThreads, num_threads));
  }
  // Without a fixed workspace cuBLAS may give other bits; LibTorch 2.11 does not warn of it.
  setenv("CUBLAS_WORKSPACE_CONFIG", ":4096:8", /*overwrite=*/0);
  at::Context& context = at::globalContext();
  context.setFloat32MatmulPrecision("highest");
  context.setBenchmarkCuDNN(false);
  context.setDeterministicCuDNN(true);
  context.setDeterministicMkldnn(true);
  // SDPA's cuDNN backend has no deterministic backward pass that LibTorch knows of.
  context.setSDPUseCuDNN(false);
  at::set_num_threads(static_cast<int>(num_threads > 0 ? num_threads : usable_cpus()));
}

std::map<std::string, std::string> numerics_in_force() {
  const at::Context& context = at::globalContext();
  const char* workspace = std::getenv("CUBLAS_WORKSPACE_CONFIG");
  const bool is_wide = kernels::widens_products(at::empty({0}, at::kBFloat16));
  return {
      {"bf16_products_on_cpu", is_wide ? "fp32" : "library"},
      {"cublas_workspace_config", workspace == nullptr ? "" : workspace},
      {"cudnn_benchmark", yes(context.benchmarkCuDNN())},
      {"cudnn_deterministic", yes(context.deterministicCuDNN())},
      {"deterministic_algorithms", yes(context.deterministicAlgorithms())},
      {"float32_matmul_precision", std::string(precision_name(context.float32MatmulPrecision()))},
      {"mkldnn_deterministic", yes(context.deterministicMkldnn())},
      {"sdpa_cudnn", yes(context.userEnabledCuDNNSDP())},
      {"sdpa_flash", yes(context.userEnabledFlashSDP())},
      {"sdpa_math", yes(context.userEnabledMathSDP())},
      {"sdpa_mem_efficient", yes(context.userEnabledMemEfficientSDP())},
  };
}

}  // namespace assay
