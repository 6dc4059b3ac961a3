#include "models/layers/recomputed_parts.h"

#include "models/layers/computed_again.h"

namespace assay::models {

at::Tensor run_attention_core(const SequenceContext& context, const AttentionCore& core,
                              const std::vector<at::Tensor>& projected) {
  if (context.recompute != Recompute::kAttention) return core(projected);
  const auto part = [core](const std::vector<at::Tensor>& inputs) {
    return PartResult{.differentiable = {core(inputs)}};
  };
  return computed_again(part, projected).differentiable.front();
}

FeedForwardOutput run_block(const SequenceContext& context, const BlockBody& body,
                            const at::Tensor& x) {
  if (context.recompute != Recompute::kFull) return body(x);
  const auto part = [body](const std::vector<at::Tensor>& inputs) {
    const FeedForwardOutput output = body(inputs.front());
    return PartResult{.differentiable = {output.hidden, output.aux_loss, output.mean_scores},
                      .others = {output.tokens_per_expert, output.router_sums}};
  };
  const PartResult result = computed_again(part, {x});
  return {.hidden = result.differentiable[0],
          .tokens_per_expert = result.others[0],
          .aux_loss = result.differentiable[1],
          .mean_scores = result.differentiable[2],
          .router_sums = result.others[1]};
}

}  // namespace assay::models
