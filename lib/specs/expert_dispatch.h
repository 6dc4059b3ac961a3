#pragma once

#include <optional>
#include <string>

#include "config/config.h"

namespace assay {

/// How a mixture's tokens reach the experts that they chose. By default every choice is computed
/// (dropless). Neither parameters nor the count of FLOPs depend on it: the count takes every choice
/// as computed.
struct ExpertDispatch {
  /// Choices that an expert takes from a micro-batch, over an even share; absent: all of them. See
  /// models::expert_capacity.
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

/// The dispatch that a [model] table asks for; absent where its family has no experts. Throws: the
/// document's kind of error with its place.
std::optional<ExpertDispatch> expert_dispatch_of(const TomlTable& model);

/// Throws: ConfigError where transformers, which computes every choice of a learned router, cannot
/// say it.
void require_hf_dispatch(const ExpertDispatch& dispatch);

}  // namespace assay
