#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/config.h"

namespace assay {

/// How a mixture's tokens reach the experts that they chose. By default every choice is computed
/// (dropless). Neither parameters nor the count of FLOPs depend on it: the count takes every choice
/// as computed.
struct ExpertDispatch {
  /// Choices that an expert takes from a micro-batch, over an even share; absent: all of them. See
  /// expert_capacity.
  std::optional<double> capacity_factor;
  /// Experts in turn instead of the router's choice: an even load whatever was learned, for
  /// benchmarks only.
  bool forced_balance = false;

  template <class V>
  void fields(V& visit) {
    visit("capacity_factor", capacity_factor,
          "an expert takes no more than this times an even share of a micro-batch's choices; the "
          "rest is dropped",
          above(0), at_most(4096));
    visit("forced_balance", forced_balance,
          "give the experts their tokens in turn, not as the router chose: for benchmarks");
  }
};

/// Choices that an expert takes of N tokens' N x k: ceil(factor x k N / E), at most N. Source:
/// Fedus et al. 2021, arXiv 2101.03961, equation 3 (Switch, k = 1), with every choice of a token
/// counted as in Megatron-Core's get_capacity.
int64_t expert_capacity(int64_t num_tokens, int64_t top_k, int64_t num_experts, double factor);

/// The dispatch that a [model] table asks for; absent where its family has no experts. Throws: the
/// document's kind of error with its place.
std::optional<ExpertDispatch> expert_dispatch_of(const TomlTable& model);

/// Throws: ConfigError where transformers, which computes every choice of a learned router, cannot
/// say it.
void require_hf_dispatch(const ExpertDispatch& dispatch);

}  // namespace assay
