#include "layer_probe/update_timer.h"

#include <ATen/ATen.h>

#include <functional>

#include "layer_probe/sample_quantile.h"
#include "models/layers/expert_share.h"
#include "models/model_family.h"
#include "train/adamw.h"
#include "train/model_tensors.h"

namespace assay {
namespace {

constexpr double kLearningRate = 1e-4;
constexpr double kWeight = 0.02;
constexpr double kGradient = 1e-3;

/// Tensors of the slice's shapes in their order, leaving out those that no longer fit.
NamedTensors updated_tensors(const ProbePlan& plan, const at::TensorOptions& options) {
  const models::ExpertShareGuard share(plan.expert);
  const auto model = make_meta_model(plan.slices.front().table);
  NamedTensors tensors;
  int64_t left = plan.optimizer_parameters;
  for (const auto& [name, parameter] : named_parameters(*model)) {
    if (parameter.numel() > left) continue;
    left -= parameter.numel();
    tensors.emplace_back(name, at::full(parameter.sizes(), kWeight, options));
  }
  // The rest as a vector: some slices have only tensors that are larger than what fits.
  if (left > 0) tensors.emplace_back("rest", at::full({left}, kWeight, options));
  return tensors;
}

ProbePass time_passes(const ProbeRequest& request, int64_t parameters, EventTimer& timer,
                      const std::function<void()>& before, const std::function<void()>& pass) {
  std::vector<std::pair<EventTimer::Mark, EventTimer::Mark>> marks;
  for (int64_t i = 0; i < request.warmup + request.repeats; ++i) {
    before();
    const EventTimer::Mark begin = timer.mark();
    pass();
    marks.emplace_back(begin, timer.mark());
  }
  timer.finish();
  std::vector<double> samples;
  for (size_t i = static_cast<size_t>(request.warmup); i < marks.size(); ++i) {
    samples.push_back(timer.elapsed(marks[i].first, marks[i].second).value().value());
  }
  timer.release(marks.back().second);
  return {.parameters = parameters,
          .time = Seconds(sample_quantile(samples, 0.5)),
          .low = Seconds(sample_quantile(samples, 0.05)),
          .high = Seconds(sample_quantile(samples, 0.95))};
}

ProbePass time_sums(const ProbeRequest& request, const ProbePlan& plan, const NamedTensors& tensors,
                    EventTimer& timer) {
  const at::NoGradGuard no_grad;
  std::vector<at::Tensor> sums;
  for (const auto& [name, tensor] : tensors) {
    sums.push_back(at::zeros_like(tensor, tensor.options().dtype(at::kFloat)));
  }
  const auto add = [&] {
    for (size_t i = 0; i < sums.size(); ++i) sums[i].add_(tensors[i].second);
  };
  return time_passes(
      request, plan.optimizer_parameters, timer, [] {}, add);
}

ProbePass time_steps(const ProbeRequest& request, const ProbePlan& plan,
                     const NamedTensors& tensors, EventTimer& timer) {
  AdamW optimizer(tensors, OptimizerConfig{});
  const auto scalar = tensors.front().second.options().dtype(at::kDouble);
  const at::Tensor one = at::ones({}, scalar);
  const auto give_gradients = [&] {
    for (const auto& [name, tensor] : tensors) {
      at::Tensor parameter = tensor;
      parameter.mutable_grad() = at::full_like(parameter, kGradient);
    }
    optimizer.collect_gradients();
  };
  return time_passes(request, plan.optimizer_parameters, timer, give_gradients,
                     [&] { optimizer.step(kLearningRate, one, one); });
}

}  // namespace

UpdateTimes time_updates(const ProbeRequest& request, const ProbePlan& plan, at::Device device,
                         EventTimer& timer) {
  const at::ScalarType dtype = request.precision == Precision::kBf16 ? at::kBFloat16 : at::kFloat;
  const NamedTensors tensors = updated_tensors(plan, at::TensorOptions(device).dtype(dtype));
  const ProbePass accumulate = time_sums(request, plan, tensors, timer);
  return {.accumulate = accumulate, .optimizer = time_steps(request, plan, tensors, timer)};
}

}  // namespace assay
