#include "models/layers/attention.h"

#include <ATen/ATen.h>

#include <torch/csrc/autograd/autograd.h>

#include <catch2/catch.hpp>
#include <cmath>
#include <random>

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

struct PackedShape {
  int64_t batch = 1;
  int64_t seq_len = 256;
  int64_t num_heads = 4;
  int64_t num_kv_heads = 2;
  int64_t value_width = 8;
  at::ScalarType dtype = at::kFloat;
};

/// Of the same random numbers each time, with gradients.
AttentionInputs packed_inputs(const PackedShape& of) {
  at::Generator generator = at::detail::createCPUGenerator(5);
  const auto heads = [&](int64_t num, int64_t width) {
    return at::randn({of.batch, of.seq_len, num, width}, generator, at::kFloat)
        .to(of.dtype)
        .set_requires_grad(true);
  };
  return {.queries = heads(of.num_heads, 8),
          .keys = heads(of.num_kv_heads, 8),
          .values = heads(of.num_kv_heads, of.value_width)};
}

/// Result, and gradients of queries, keys, values and sinks.
std::vector<at::Tensor> both_ways(AttentionInputs inputs, const SequenceContext& context) {
  std::vector<at::Tensor> leaves{inputs.queries, inputs.keys, inputs.values};
  if (inputs.sinks.defined()) {
    inputs.sinks = inputs.sinks.detach().set_requires_grad(true);
    leaves.push_back(inputs.sinks);
  }
  const at::Tensor out = attention(inputs, context, 0);
  const at::Tensor weights = at::arange(out.numel(), out.options()).view_as(out).sin();
  std::vector<at::Tensor> results = torch::autograd::grad({out}, leaves, {weights});
  results.insert(results.begin(), out.detach());
  return results;
}

/// Stretches of `lengths` against one mask over the sequences. bf16 under the mask is rounded at
/// each product, so that it is held to bf16's own tolerance.
void require_masked(const AttentionInputs& inputs, const std::vector<int64_t>& lengths) {
  const int64_t batch = inputs.queries.size(0);
  const int64_t seq_len = inputs.queries.size(1);
  SequenceContext stretches{.batch = batch, .seq_len = seq_len, .causal = false};
  stretches.stretches = document_stretches(lengths, seq_len);
  REQUIRE_FALSE(stretches.stretches.empty());
  const at::Tensor document_BT =
      at::repeat_interleave(at::tensor(at::ArrayRef<int64_t>(lengths), at::kLong))
          .view({batch, seq_len});
  const at::Tensor same_BTT = document_BT.unsqueeze(2).eq(document_BT.unsqueeze(1));
  const SequenceContext masked{
      .batch = batch, .seq_len = seq_len, .mask = same_BTT.tril().unsqueeze(1), .causal = false};
  const auto expected = both_ways(inputs, masked);
  const auto got = both_ways(inputs, stretches);
  const bool is_narrow = inputs.queries.scalar_type() == at::kBFloat16;
  for (size_t i = 0; i < expected.size(); ++i) {
    INFO("result " << i);
    CHECK(got[i].scalar_type() == expected[i].scalar_type());
    CHECK(at::allclose(got[i].to(at::kFloat), expected[i].to(at::kFloat), is_narrow ? 0.05 : 1e-4,
                       is_narrow ? 0.05 : 1e-5));
    CHECK(at::equal(got[i], both_ways(inputs, stretches)[i]));
  }
}

/// Documents of 1 to `longest` tokens that fill sequences.
std::vector<int64_t> random_lengths(const PackedShape& of, int64_t longest, std::mt19937& random) {
  std::vector<int64_t> lengths;
  for (int64_t row = 0; row < of.batch; ++row) {
    for (int64_t tokens = 0; tokens < of.seq_len; tokens += lengths.back()) {
      lengths.push_back(std::min(std::uniform_int_distribution<int64_t>(1, longest)(random),
                                 of.seq_len - tokens));
    }
  }
  return lengths;
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

TEST_CASE("stretches of documents are attention under a mask, forward and backward") {
  const auto dtype = GENERATE(at::kFloat, at::kBFloat16);
  const PackedShape shape = GENERATE_COPY(PackedShape{.dtype = dtype},  //
                                          PackedShape{.num_kv_heads = 4, .dtype = dtype},
                                          PackedShape{.batch = 3, .seq_len = 200, .dtype = dtype});
  std::mt19937 random(7);
  for (const int64_t longest : {2, 9, 40, 150}) {
    INFO("batch " << shape.batch << ", longest " << longest);
    require_masked(packed_inputs(shape), random_lengths(shape, longest, random));
  }
}

TEST_CASE("documents of one token, and one of nearly all, are attention under a mask") {
  const AttentionInputs inputs = packed_inputs({});
  require_masked(inputs, std::vector<int64_t>(256, 1));
  require_masked(inputs, {1, 254, 1});
  require_masked(inputs, {40, 1, 40, 175});
}

TEST_CASE("stretches keep windows, sinks, scales and values of another width") {
  std::mt19937 random(8);
  AttentionInputs inputs = packed_inputs({.value_width = 5});
  const auto lengths = [&] { return random_lengths({}, 90, random); };
  SECTION("plain") {}
  SECTION("a scale") { inputs.scale = 0.3; }
  SECTION("a window") { inputs.window = 20; }
  SECTION("sinks") { inputs.sinks = at::tensor({0.5F, -1.0F, 0.0F, 2.0F}); }
  SECTION("a window and sinks") {
    inputs.window = 3;
    inputs.sinks = at::tensor({0.5F, -1.0F, 0.0F, 2.0F});
  }
  require_masked(inputs, lengths());
}
