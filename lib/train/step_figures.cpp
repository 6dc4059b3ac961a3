#include "train/step_figures.h"

#include <ATen/ATen.h>

#include <chrono>

#include "train/late_tensor.h"

namespace assay {

namespace {

double unix_now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

std::vector<std::vector<int64_t>> to_rows(const at::Tensor& matrix) {
  std::vector<std::vector<int64_t>> rows;
  if (!matrix.defined()) return rows;
  const auto values = matrix.accessor<int64_t, 2>();
  for (int64_t i = 0; i < values.size(0); ++i) {
    rows.emplace_back();
    for (int64_t j = 0; j < values.size(1); ++j) rows.back().push_back(values[i][j]);
  }
  return rows;
}

}  // namespace

StepFigures::StepFigures(int64_t step, double learning_rate, const StepSums& sums,
                         const UpdateStats& update)
    : step_(step),
      learning_rate_(learning_rate),
      figures_(
          copy_late(at::stack({sums.loss_sum(), sums.num_targets(), sums.aux_sum(),
                               update.grad_norm.to(at::kDouble), update.skipped.to(at::kDouble)}))),
      tokens_per_expert_(copy_late(sums.tokens_per_expert())) {}

StepRecord StepFigures::read(const StepProfile& profile) const {
  const auto figures = figures_.accessor<double, 1>();
  const double num_targets = figures[1];
  return {.step = step_,
          .time_unix_s = unix_now(),
          .tokens = Tokens(num_targets),
          .loss = figures[0] / num_targets,
          .aux_loss = figures[2] / num_targets,
          .grad_norm = figures[3],
          .learning_rate = learning_rate_,
          .skipped = figures[4] != 0.0,
          .profile = profile,
          .tokens_per_expert = to_rows(tokens_per_expert_)};
}

}  // namespace assay
