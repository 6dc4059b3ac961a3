#pragma once

#include "config/config.h"

namespace assay {

/// AdamW's constants. Parameters of two or more dimensions decay, vectors do not.
struct OptimizerConfig {
  double beta1 = 0.9;
  double beta2 = 0.95;
  double epsilon = 1e-8;
  double weight_decay = 0.1;
  double grad_clip = 1.0;

  template <class V>
  void fields(V& visit) {
    visit("beta1", beta1, "decay of the first moment", between(0, 0.999999));
    visit("beta2", beta2, "decay of the second moment", between(0, 0.999999999));
    visit("epsilon", epsilon, "added to the root of the second moment", above(0));
    visit("weight_decay", weight_decay, "decoupled decay of matrices", at_least(0));
    visit("grad_clip", grad_clip, "largest global gradient norm; 0: no clipping", at_least(0));
  }
};

}  // namespace assay
