#pragma once

#include <cmath>
#include <cstdint>

#include "kernels/lanes.h"

/// AdamW without memory: what a step's numbers are and what they do to one weight, the same text on
/// the CPU and on a GPU. Source: Loshchilov & Hutter 2019, algorithm 2; clipping: Pascanu et al.
/// 2013, by global norm.
namespace assay::kernels::rows {

/// What stays the same at every update.
struct AdamWSettings {
  double beta1 = 0;
  double beta2 = 0;
  double epsilon = 0;
  double grad_clip = 0;  ///< the largest norm of the mean gradient; 0: no limit
};

/// One update's constants, the same for every number that shares a weight decay.
struct AdamWStep {
  float grad_factor = 1;  ///< what gradients are multiplied with: mean and clipping
  float beta1 = 0;
  float beta2 = 0;
  float epsilon = 0;
  float keep = 1;           ///< 1 - lr x weight_decay
  float rate = 0;           ///< lr / (1 - beta1^t)
  float second_factor = 1;  ///< 1 / sqrt(1 - beta2^t)
};

/// What is known before an update.
struct AdamWInput {
  double squares = 0;      ///< of all gradients, which are of a sum over targets
  double num_targets = 1;  ///< divides them
  double loss_sum = 0;     ///< is looked at for being finite only
  double lr = 0;
  double applied_steps = 0;  ///< before this one
};

/// What follows from it.
struct AdamWDecision {
  AdamWStep step;  ///< but for `keep`
  double lr = 0;
  double grad_norm = 0;  ///< of the mean gradient, before clipping
  uint32_t applied_steps = 0;
  bool skipped = false;  ///< the loss or a gradient is not finite: nothing may change

  /// The constants of numbers that share this weight decay.
  [[nodiscard]] ASSAY_INLINE_ON_ANY_DEVICE AdamWStep with_decay(double weight_decay) const {
    AdamWStep decaying = step;
    decaying.keep = static_cast<float>(1 - lr * weight_decay);
    return decaying;
  }
};

ASSAY_INLINE_ON_ANY_DEVICE AdamWDecision adamw_decision(const AdamWSettings& settings,
                                                        const AdamWInput& input) {
  using std::isfinite;
  using std::pow;
  using std::sqrt;
  constexpr double kClipEpsilon = 1e-6;  // the small term of torch's clip_grad_norm_
  AdamWDecision decision{.lr = input.lr, .grad_norm = sqrt(input.squares) / input.num_targets};
  decision.skipped = !isfinite(decision.grad_norm) || !isfinite(input.loss_sum);
  const double steps = input.applied_steps + (decision.skipped ? 0 : 1);
  decision.applied_steps = static_cast<uint32_t>(steps);
  const double clip =
      settings.grad_clip > 0 ? settings.grad_clip / (decision.grad_norm + kClipEpsilon) : 1;
  decision.step = {.grad_factor = static_cast<float>((clip < 1 ? clip : 1) / input.num_targets),
                   .beta1 = static_cast<float>(settings.beta1),
                   .beta2 = static_cast<float>(settings.beta2),
                   .epsilon = static_cast<float>(settings.epsilon),
                   .rate = static_cast<float>(input.lr / (1 - pow(settings.beta1, steps))),
                   .second_factor = static_cast<float>(1 / sqrt(1 - pow(settings.beta2, steps)))};
  return decision;
}

// By value, one number each: a loop over numbers whose addresses are taken is not vectorised.

/// The first moment after a gradient that was multiplied with grad_factor.
ASSAY_INLINE_ON_ANY_DEVICE float first_moment(const AdamWStep& step, float old, float gradient) {
  return step.beta1 * old + (1.0F - step.beta1) * gradient;
}

/// The second.
ASSAY_INLINE_ON_ANY_DEVICE float second_moment(const AdamWStep& step, float old, float gradient) {
  return step.beta2 * old + (1.0F - step.beta2) * gradient * gradient;
}

/// The weight that both moments lead to.
ASSAY_INLINE_ON_ANY_DEVICE float new_weight(const AdamWStep& step, float old, float first,
                                            float second) {
  using std::sqrt;
  return old * step.keep - step.rate * first / (sqrt(second) * step.second_factor + step.epsilon);
}

}  // namespace assay::kernels::rows
