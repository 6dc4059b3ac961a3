#include "train/step_figures.h"

#include <ATen/ATen.h>

#include <cmath>
#include <utility>

#include "error/error.h"
#include "record/router_stats.h"
#include "train/late_tensor.h"

namespace assay {

namespace {

/// The rows of a matrix; none where it is undefined.
template <class T>
std::vector<std::vector<T>> to_rows(const at::Tensor& matrix) {
  std::vector<std::vector<T>> rows;
  if (!matrix.defined()) return rows;
  const auto values = matrix.accessor<T, 2>();
  for (int64_t i = 0; i < values.size(0); ++i) {
    rows.emplace_back();
    for (int64_t j = 0; j < values.size(1); ++j) rows.back().push_back(values[i][j]);
  }
  return rows;
}

/// One row a mixture layer, from LmOutput::router_sums and the bias of the choice.
std::vector<RouterStats> to_router_stats(const at::Tensor& sums, const at::Tensor& bias,
                                         const std::vector<std::vector<int64_t>>& loads,
                                         const std::vector<int64_t>& layers) {
  std::vector<RouterStats> stats;
  const auto rows = to_rows<double>(sums);
  const auto biases = to_rows<float>(bias);
  check(rows.size() == layers.size(), "[train] a mixture layer has no number");
  for (size_t i = 0; i < rows.size(); ++i) {
    RouterStats one = router_stats(loads[i]);
    one.layer = layers[i];
    one.score_entropy_nats = rows[i][0] / rows[i][1];
    one.dropped = std::llround(rows[i][2]);
    if (i < biases.size()) one.bias.assign(biases[i].begin(), biases[i].end());
    stats.push_back(std::move(one));
  }
  return stats;
}

}  // namespace

StepFigures::StepFigures(int64_t step, double learning_rate, const StepSums& sums,
                         const UpdateStats& update, std::vector<int64_t> mixture_layers,
                         const at::Tensor& selection_bias)
    : step_(step),
      learning_rate_(learning_rate),
      mixture_layers_(std::move(mixture_layers)),
      figures_(
          copy_late(at::stack({sums.loss_sum(), sums.num_targets(), sums.aux_sum(),
                               update.grad_norm.to(at::kDouble), update.skipped.to(at::kDouble)}))),
      tokens_per_expert_(copy_late(sums.tokens_per_expert())),
      router_sums_(copy_late(sums.router_sums())),
      selection_bias_(copy_late(selection_bias)) {}

StepRecord StepFigures::read(const StepProfile& profile, double time_unix_s) const {
  const auto figures = figures_.accessor<double, 1>();
  const double num_targets = figures[1];
  auto loads = to_rows<int64_t>(tokens_per_expert_);
  auto router = to_router_stats(router_sums_, selection_bias_, loads, mixture_layers_);
  return {.step = step_,
          .time_unix_s = time_unix_s,
          .tokens = Tokens(num_targets),
          .loss = figures[0] / num_targets,
          .aux_loss = figures[2] / num_targets,
          .grad_norm = figures[3],
          .learning_rate = learning_rate_,
          .skipped = figures[4] != 0.0,
          .profile = profile,
          .tokens_per_expert = std::move(loads),
          .router = std::move(router)};
}

}  // namespace assay
