#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/record_function.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>
#include <functional>

#include "small_models.h"

// The products that LibTorch executes cost what the specs say, for every trainable family.

using namespace assay;

namespace {

/// FLOPs of the products that the dispatcher saw: 2 for each multiply-add.
struct Observed {
  double weights = 0;  ///< products of two matrices: all weights are multiplied so
  double scores = 0;   ///< batched products: attention alone
};

void count(const at::RecordFunction& fn, Observed& observed) {
  const std::string_view name = fn.name();
  const size_t left = name == "aten::addmm" ? 1 : 0;
  const bool batched = name == "aten::bmm";
  if (left != 1 && !batched && name != "aten::mm") return;
  const at::Tensor a = fn.inputs()[left].toTensor();
  const at::Tensor b = fn.inputs()[left + 1].toTensor();
  (batched ? observed.scores : observed.weights) +=
      2.0 * static_cast<double>(a.numel()) * static_cast<double>(b.size(-1));
}

/// Everything that `work` multiplies. Attention runs as plain products: the fused kernels multiply
/// inside of one operator. Backward runs on the caller's thread on the CPU.
Observed observe(const std::function<void()>& work) {
  static Observed observed;
  observed = {};
  const bool flash = at::globalContext().userEnabledFlashSDP();
  at::globalContext().setSDPUseFlash(false);
  const auto handle = at::addThreadLocalCallback(
      at::RecordFunctionCallback(
          [](const at::RecordFunction& fn) -> std::unique_ptr<at::ObserverContext> {
            count(fn, observed);
            return nullptr;
          })
          .needsInputs(true)
          .scopes({at::RecordScope::FUNCTION}));
  work();
  at::removeCallback(handle);
  at::globalContext().setSDPUseFlash(flash);
  return observed;
}

constexpr int64_t kSequences = 2;
constexpr int64_t kSeqLen = 24;
constexpr double kTokens = kSequences * kSeqLen;

}  // namespace

TEST_CASE("a forward pass multiplies what the spec says") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ModelSpec spec = spec_of(model);
    const Batch batch = random_batch(spec, kSequences, kSeqLen);
    const auto module = make(model);
    const Observed observed = observe([&] {
      const at::NoGradGuard no_grad;
      module->forward(batch);
    });
    const double full = flops_per_token(spec, FlopConvention::kExactFull, kSeqLen).value();
    CHECK(observed.weights == 2.0 * static_cast<double>(spec.parameters.matmul) * kTokens);
    CHECK(3 * (observed.weights + observed.scores) == full * kTokens);
  }
}

TEST_CASE("forward and backward multiply what exact_full says, three times the forward pass") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ModelSpec spec = spec_of(model);
    const Batch batch = random_batch(spec, kSequences, kSeqLen);
    const auto module = make(model);
    const Observed observed = observe([&] { module->forward(batch).loss_sum.backward(); });
    CHECK(observed.weights == 6.0 * static_cast<double>(spec.parameters.matmul) * kTokens);
    CHECK(observed.weights + observed.scores ==
          flops_per_token(spec, FlopConvention::kExactFull, kSeqLen).value() * kTokens);
  }
}

TEST_CASE("what is computed again multiplies what the hardware's FLOPs say") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ModelSpec spec = spec_of(model);
    const Batch batch = random_batch(spec, kSequences, kSeqLen);
    const auto module = make(model);
    const double causal = flops_per_token(spec, FlopConvention::kExactCausal, kSeqLen).value();
    const auto again = [&](Recompute recompute) {
      return hardware_flops_per_token(spec, recompute, kSeqLen).value() - causal;
    };
    for (const Recompute recompute : {Recompute::kAttention, Recompute::kFull}) {
      module->set_recompute(recompute);
      const Observed observed = observe([&] { module->forward(batch).loss_sum.backward(); });
      // Attention runs over all keys here, and counts as half of them there.
      const double full = flops_per_token(spec, FlopConvention::kExactFull, kSeqLen).value() +
                          again(recompute) + again(Recompute::kAttention);
      CHECK(observed.weights + observed.scores == Approx(full * kTokens).epsilon(1e-12));
    }
  }
}

TEST_CASE("active parameters are those that one token's gradient touches") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ModelSpec spec = spec_of(model);
    const auto module = make(model);
    module->forward(random_batch(spec, 1, 1)).loss_sum.backward();
    // Of the experts' stacked weights (and their biases) the chosen ones have a gradient; all else
    // is touched in full.
    double stored = 0;
    double chosen = 0;
    for (const auto& parameter : module->named_parameters()) {
      if (parameter.value().dim() != 3 && !parameter.key().ends_with("_bias")) continue;
      const at::Tensor used_E = parameter.value().grad().flatten(1).abs().sum(1).gt(0);
      const int64_t in_one = parameter.value().numel() / parameter.value().size(0);
      stored += static_cast<double>(parameter.value().numel());
      chosen += static_cast<double>(used_E.sum().item<int64_t>() * in_one);
    }
    CHECK(static_cast<double>(spec.parameters.total - spec.parameters.active_a) == stored - chosen);
  }
}

TEST_CASE("multi-token prediction multiplies what the spec says") {
  const SmallModel model = multi_token_model();
  const ModelSpec spec = spec_of(model);
  const Batch batch = random_batch(spec, kSequences, kSeqLen);
  const auto module = make(model);
  const Observed observed = observe([&] {
    const LmOutput output = module->forward(batch);
    (output.loss_sum + output.aux_loss * output.num_targets).backward();
  });
  CHECK(observed.weights + observed.scores ==
        flops_per_token(spec, FlopConvention::kExactFull, kSeqLen).value() * kTokens);
  CHECK(spec.parameters.total == num_stored(*module));
}
