#include "models/layers/grouped_query_attention.h"

#include <ATen/ATen.h>
#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>
#include <vector>

#include "kernels/product.h"
#include "kernels/rms_norm.h"
#include "models/layers/attention.h"

using namespace assay;
using models::GroupedQueryAttention;
using models::GroupedQueryShape;

namespace {

constexpr int64_t kGroupedBatch = 2;
constexpr int64_t kGroupedSeqLen = 19;

struct AttendedPass {
  at::Tensor value;
  std::vector<at::Tensor> gradients;  ///< of x, then of the parameters in the layer's order
};

AttendedPass value_with_gradients(const at::Tensor& value, const at::Tensor& x,
                                  const GroupedQueryAttention& layer) {
  std::vector<at::Tensor> leaves{x};
  for (const at::Tensor& parameter : layer->parameters()) leaves.push_back(parameter);
  at::Generator generator = at::detail::createCPUGenerator(5);
  const at::Tensor weights = at::randn(value.sizes(), generator, at::kFloat);
  return {.value = value.detach(),
          .gradients = torch::autograd::grad({(value.to(at::kFloat) * weights).sum()}, leaves)};
}

/// The layer from kernels of one step each.
at::Tensor step_by_step(const at::Tensor& x, const GroupedQueryShape& shape,
                        const GroupedQueryAttention& layer, const models::SequenceContext& context,
                        const kernels::RotaryAngles& angles) {
  const auto weights = layer->named_parameters();
  const auto parts =
      kernels::linear(x, weights["qkv.weight"])
          .split_with_sizes({shape.num_heads * shape.d_head, shape.num_kv_heads * shape.d_head,
                             shape.num_kv_heads * shape.d_head},
                            -1);
  const auto heads = [&](const at::Tensor& part) {
    return part.reshape({kGroupedBatch, kGroupedSeqLen, -1, shape.d_head});
  };
  const auto turned = [&](const at::Tensor& part, const char* norm) {
    return kernels::rotate_half(kernels::rms_norm(heads(part), weights[norm], shape.norm_eps),
                                angles);
  };
  const at::Tensor attended = models::attention({.queries = turned(parts[0], "q_norm.weight"),
                                                 .keys = turned(parts[1], "k_norm.weight"),
                                                 .values = heads(parts[2])},
                                                context, 0);
  return kernels::linear(attended, weights["out.weight"]);
}

}  // namespace

TEST_CASE("attention with normed heads has every bit of its steps, forward and back") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const auto kv_heads = GENERATE(4, 2);
  INFO(dtype << ", " << kv_heads << " heads of keys");
  at::manual_seed(7);
  const GroupedQueryShape shape{.d_model = 48,
                                .num_heads = 4,
                                .num_kv_heads = kv_heads,
                                .d_head = 32,
                                .d_rotary = 32,
                                .qk_norm = models::QkNorm::kHead};
  GroupedQueryAttention layer(shape, 0);
  {
    const at::NoGradGuard no_grad;
    for (at::Tensor& parameter : layer->parameters()) {
      parameter.set_data((parameter.dim() == 1 ? at::rand(parameter.sizes()) + 0.5
                                               : at::randn(parameter.sizes()) * 0.2)
                             .to(dtype));
    }
  }
  const models::SequenceContext context{
      .batch = kGroupedBatch, .seq_len = kGroupedSeqLen, .training = true};
  const kernels::RotaryAngles angles =
      kernels::rotary_angles(at::arange(kGroupedSeqLen, at::kLong).unsqueeze(0), shape.d_head, 1e4);
  const at::Tensor x =
      at::randn({kGroupedBatch * kGroupedSeqLen, shape.d_model}).to(dtype).set_requires_grad(true);
  const AttendedPass ours = value_with_gradients(layer->forward(x, context, angles), x, layer);
  const AttendedPass steps =
      value_with_gradients(step_by_step(x, shape, layer, context, angles), x, layer);
  CHECK(ours.value.equal(steps.value));
  REQUIRE(ours.gradients.size() == 5);
  for (size_t i = 0; i < ours.gradients.size(); ++i) {
    INFO("gradient " << i);
    CHECK(ours.gradients[i].abs().sum().item<double>() > 0);
    CHECK(ours.gradients[i].equal(steps.gradients[i]));
  }
}
