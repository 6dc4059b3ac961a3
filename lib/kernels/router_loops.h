#pragma once

#include <cstdint>

#include "kernels/routing_row.h"

/// The router's inner loops on the CPU, as row_loops.h: what route_row says, in vector registers.
namespace assay::kernels::rows {

/// Scores, choices and weights of `num` tokens. logits, scores [num, E]; choices, weights [num, k];
/// bias [E] or null; forced [num, k] or null: choices that are given; keys: room for num_experts +
/// num_groups numbers. A row with a logit that is not finite has NaN scores and weights.
void route(const RoutingShape& shape, const float* logits, const float* bias, const int64_t* forced,
           int64_t num, int64_t* keys, float* scores, int64_t* choices, float* weights);

/// Its gradient by the logits [num, E]; grad_scores [num, E] and grad_weights [num, k] may be null.
void route_backward(const RoutingShape& shape, const float* scores, const int64_t* choices,
                    const float* grad_scores, const float* grad_weights, int64_t num,
                    float* grad_logits);

}  // namespace assay::kernels::rows
