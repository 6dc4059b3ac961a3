#pragma once

#include "units/quantity.h"

namespace assay {

/// Reinforcement learning from sampled answers: what it samples, and how fast.
struct RolloutInputs {
  double rollouts = 0;         ///< answers sampled: steps * prompts a step * samples a prompt
  double prompt_tokens = 0;    ///< mean, of one rollout; 0 where a cache answers them
  double response_tokens = 0;  ///< mean, of one rollout
  double prefill_rate = 0;     ///< prompt tokens a second, per device; not needed without them
  double decode_rate = 0;      ///< answered tokens a second, per device
  double active_params = 0;    ///< of the policy
  double update_flops = 0;     ///< FLOP/s per device that the update gets: peak * utilisation
};

/// Answers that a run samples.
double rollout_count(double steps, double prompts, double samples);

/// Device-hours of reading prompts and of sampling answers: tokens over throughput.
GpuHours prefill_hours(const RolloutInputs& inputs);
GpuHours decode_hours(const RolloutInputs& inputs);

/// Device-hours of learning from the answers once: 6 N per token (forward and backward), prompts
/// included. Leaves out the reference model (2 N), a critic, further epochs over one answer, and
/// rewards. Source: Kaplan et al., arXiv 2001.08361, section 2.1 (6 N per token); the parts of a
/// step as in Shao et al., DeepSeekMath, arXiv 2402.03300, algorithm 1.
GpuHours update_hours(const RolloutInputs& inputs);

/// The three together: sampling and learning share the devices and do not overlap.
GpuHours rollout_hours(const RolloutInputs& inputs);

}  // namespace assay
