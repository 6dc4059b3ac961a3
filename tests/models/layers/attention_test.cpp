#include "models/layers/attention.h"

#include <ATen/ATen.h>

#include <catch2/catch.hpp>
#include <cmath>

using namespace assay;
using namespace assay::models;

namespace {

constexpr int64_t kSeqLen = 7;

AttentionInputs random_inputs(int64_t num_heads, int64_t num_kv_heads) {
  at::Generator generator = at::detail::createCPUGenerator(3);
  const auto heads = [&](int64_t num, int64_t width) {
    return at::randn({1, kSeqLen, num, width}, generator, at::kFloat);
  };
  return {.queries = heads(num_heads, 6),
          .keys = heads(num_kv_heads, 6),
          .values = heads(num_kv_heads, 4)};
}

/// Attention of one head's query, key by key.
at::Tensor one_query(const AttentionInputs& inputs, int64_t query, int64_t head, double scale) {
  const int64_t share = inputs.queries.size(2) / inputs.keys.size(2);
  at::Tensor out = at::zeros({inputs.values.size(3)});
  double total = inputs.sinks.defined() ? std::exp(inputs.sinks[head].item<double>()) : 0;
  const int64_t first = inputs.window ? std::max<int64_t>(0, query - *inputs.window + 1) : 0;
  for (int64_t key = first; key <= query; ++key) {
    const auto score =
        at::dot(inputs.queries[0][query][head], inputs.keys[0][key][head / share]).item<double>();
    const double weight = std::exp(scale * score);
    total += weight;
    out += weight * inputs.values[0][key][head / share];
  }
  return out / total;
}

void require_naive(const AttentionInputs& inputs, double scale) {
  const at::Tensor out = attention(inputs, {.batch = 1, .seq_len = kSeqLen}, 0);
  const int64_t num_heads = inputs.queries.size(2);
  REQUIRE(out.sizes() == at::IntArrayRef({kSeqLen, num_heads * 4}));
  for (int64_t query = 0; query < kSeqLen; ++query) {
    for (int64_t head = 0; head < num_heads; ++head) {
      INFO(query << ", " << head);
      CHECK(at::allclose(out[query].slice(0, 4 * head, 4 * head + 4),
                         one_query(inputs, query, head, scale), 1e-4, 1e-5));
    }
  }
}

}  // namespace

TEST_CASE("attention is causal, with shared key heads and values of another width") {
  require_naive(random_inputs(4, 2), 1 / std::sqrt(6.0));
}

TEST_CASE("the scale of the scores can be given") {
  AttentionInputs inputs = random_inputs(2, 2);
  inputs.scale = 0.9;
  require_naive(inputs, 0.9);
}

TEST_CASE("a window hides all but the last keys") {
  AttentionInputs inputs = random_inputs(2, 1);
  inputs.window = 3;
  require_naive(inputs, 1 / std::sqrt(6.0));
}

TEST_CASE("a sink takes a share of the softmax, with and without a window") {
  AttentionInputs inputs = random_inputs(2, 1);
  inputs.sinks = at::tensor({0.5F, -1.0F});
  require_naive(inputs, 1 / std::sqrt(6.0));
  inputs.window = 2;
  require_naive(inputs, 1 / std::sqrt(6.0));
}

TEST_CASE("windows and sinks see the same keys one by one as at once") {
  AttentionInputs inputs = random_inputs(2, 1);
  inputs.sinks = at::tensor({0.5F, -1.0F});
  inputs.window = 3;
  const at::Tensor whole = attention(inputs, {.batch = 1, .seq_len = kSeqLen}, 0);
  DecodeState state;
  for (int64_t step = 0; step < kSeqLen; ++step) {
    const auto one = [&](const at::Tensor& x) { return x.slice(1, step, step + 1); };
    const SequenceContext context{.batch = 1, .seq_len = 1, .causal = step == 0, .state = &state};
    const at::Tensor out = attention({.queries = one(inputs.queries),
                                      .keys = one(inputs.keys),
                                      .values = one(inputs.values),
                                      .window = inputs.window,
                                      .sinks = inputs.sinks},
                                     context, 0);
    ++state.num_tokens;
    CHECK(at::allclose(out[0], whole[step], 1e-4, 1e-5));
  }
}
