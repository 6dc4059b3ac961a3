#include "specs/model_spec.h"

#include <catch2/catch.hpp>

#include <algorithm>
#include <random>

#include "specs/families/deepseek.h"
#include "specs/families/gpt2.h"
#include "specs/families/llama.h"
#include "specs/families/olmoe.h"

namespace assay {
namespace {

/// Draws shapes that a family accepts; the same for a seed.
class ShapeDraw {
 public:
  explicit ShapeDraw(uint64_t seed) : random_(seed) {}
  int64_t in(int64_t low, int64_t high) {
    return std::uniform_int_distribution<int64_t>(low, high)(random_);
  }

 private:
  std::mt19937_64 random_;
};

ModelSpec draw_gpt2(ShapeDraw& draw) {
  const int64_t heads = draw.in(1, 9);
  return make_spec(Gpt2Config{.num_layers = draw.in(1, 9),
                              .d_model = heads * draw.in(1, 50),
                              .num_heads = heads,
                              .d_ff = draw.in(1, 900),
                              .vocab_size = draw.in(1, 3000),
                              .max_seq_len = draw.in(1, 3000),
                              .bias = draw.in(0, 1) == 1});
}

ModelSpec draw_llama(ShapeDraw& draw) {
  const int64_t kv_heads = draw.in(1, 5);
  LlamaConfig config;
  config.num_layers = draw.in(1, 9);
  config.d_model = draw.in(1, 400);
  config.num_heads = kv_heads * draw.in(1, 5);
  config.num_kv_heads = kv_heads;
  config.d_head = 2 * draw.in(1, 40);
  config.d_ff = draw.in(1, 900);
  config.vocab_size = draw.in(1, 3000);
  config.max_seq_len = draw.in(1, 3000);
  config.tie_embeddings = draw.in(0, 1) == 1;
  return make_spec(config);
}

ModelSpec draw_olmoe(ShapeDraw& draw) {
  const int64_t kv_heads = draw.in(1, 4);
  const int64_t heads = kv_heads * draw.in(1, 4);
  const int64_t experts = draw.in(1, 16);
  return make_spec(OlmoeConfig{.num_layers = draw.in(1, 9),
                               .d_model = heads * 2 * draw.in(1, 20),
                               .num_heads = heads,
                               .num_kv_heads = kv_heads,
                               .num_experts = experts,
                               .top_k = draw.in(1, experts),
                               .d_expert = draw.in(1, 300),
                               .vocab_size = draw.in(1, 3000),
                               .max_seq_len = draw.in(1, 3000),
                               .tie_embeddings = draw.in(0, 1) == 1});
}

ModelSpec draw_deepseek(ShapeDraw& draw) {
  const int64_t layers = draw.in(2, 9);
  const int64_t experts = draw.in(1, 16);
  DeepseekConfig config{.num_layers = layers,
                        .num_dense_layers = draw.in(0, layers - 1),
                        .d_model = draw.in(1, 300),
                        .num_heads = draw.in(1, 9),
                        .d_ff = draw.in(1, 900),
                        .num_experts = experts,
                        .num_shared_experts = draw.in(0, 3),
                        .top_k = draw.in(1, experts),
                        .d_expert = draw.in(1, 300),
                        .vocab_size = draw.in(1, 3000),
                        .max_seq_len = draw.in(1, 3000)};
  config.latent = LatentAttention{.kv_lora_rank = draw.in(1, 90),
                                  .d_nope = draw.in(1, 90),
                                  .d_rope = 2 * draw.in(1, 40),
                                  .d_v = draw.in(1, 90)};
  if (draw.in(0, 1) == 1) config.latent->q_lora_rank = draw.in(1, 90);
  config.router.selection_bias = draw.in(0, 1) == 1;
  return make_spec(config);
}

void check_laws(const ModelSpec& spec, int64_t seq_len) {
  const ParameterCounts& counts = spec.parameters;
  INFO(spec.family << " layers " << spec.num_layers << " d " << spec.d_model);
  CHECK(counts.total >= counts.active_a);
  CHECK(counts.active_a >= counts.active_b);
  CHECK(counts.active_b >= counts.active_c);
  CHECK(counts.active_b >= counts.matmul);
  CHECK(counts.active_b - counts.active_c == spec.vocab_size * spec.d_model);

  double products = 0;
  for (const MatrixProduct& product : spec.products) {
    products += static_cast<double>(product.in * product.out) * product.per_token;
  }
  CHECK(products == static_cast<double>(counts.matmul));

  const double matmul = 6 * static_cast<double>(counts.matmul);
  const double causal = flops_per_token(spec, FlopConvention::kExactCausal, seq_len).value();
  const double full = flops_per_token(spec, FlopConvention::kExactFull, seq_len).value();
  CHECK(full > causal);
  CHECK(causal > matmul);
  CHECK(full - matmul == Approx(2 * (causal - matmul)));
  CHECK(flops_per_token(spec, FlopConvention::kSixNd, seq_len).value() ==
        6 * static_cast<double>(counts.active_a));
}

}  // namespace

TEST_CASE("counts and FLOPs keep their laws at random shapes of every family") {
  for (uint64_t seed = 0; seed < 100; ++seed) {
    ShapeDraw draw(seed);
    const int64_t seq_len = draw.in(1, 5000);
    for (const auto draw_spec : {draw_gpt2, draw_llama, draw_olmoe, draw_deepseek}) {
      check_laws(draw_spec(draw), seq_len);
    }
  }
}

TEST_CASE("a mixture with all experts chosen is as active as it is large") {
  OlmoeConfig config{.num_layers = 2,
                     .d_model = 8,
                     .num_heads = 2,
                     .num_kv_heads = 2,
                     .num_experts = 4,
                     .top_k = 4,
                     .d_expert = 6,
                     .vocab_size = 10,
                     .max_seq_len = 16};
  CHECK(make_spec(config).parameters.active_a == make_spec(config).parameters.total);
  config.top_k = 1;
  // Three experts of gate, up and down in two layers are left out.
  CHECK(make_spec(config).parameters.total - make_spec(config).parameters.active_a ==
        2 * 3 * 3 * 8 * 6);
}

TEST_CASE("a tied head is stored once and counted as a head") {
  LlamaConfig config;
  config.num_layers = 1;
  config.d_model = 8;
  config.num_heads = 2;
  config.num_kv_heads = 1;
  config.d_head = 4;
  config.d_ff = 16;
  config.vocab_size = 100;
  config.max_seq_len = 16;
  const ModelSpec apart = make_spec(config);
  config.tie_embeddings = true;
  const ModelSpec tied = make_spec(config);
  CHECK(apart.parameters.total - tied.parameters.total == 800);
  CHECK(apart.parameters.matmul == tied.parameters.matmul);
  CHECK(apart.parameters.active_b == tied.parameters.active_b);
  CHECK(tied.parameters.active_a == tied.parameters.active_b);
}

TEST_CASE("a window bounds the keys of a query") {
  ModelSpec spec{
      .attention = {
          {.name = "attn", .num_layers = 1, .num_heads = 1, .d_qk = 1, .d_v = 1, .window = 128}}};
  CHECK(flops_per_token(spec, FlopConvention::kExactFull, 4096).value() == 3 * 2 * 2 * 128);
  // The first 128 queries see 64 keys on average: 128 - 128^2 / (2 x 4096).
  CHECK(flops_per_token(spec, FlopConvention::kExactCausal, 4096).value() == 3 * 2 * 2 * 126);
  CHECK(flops_per_token(spec, FlopConvention::kExactCausal, 100).value() == 3 * 2 * 2 * 50);
}

TEST_CASE("a window as long as the sequence is none, and every query's keys add up") {
  for (const int64_t seq_len : {1, 2, 127, 128, 129, 1000, 4096}) {
    const AttentionProduct whole{.window = seq_len};
    CHECK(mean_keys(whole, seq_len, true) == mean_keys({}, seq_len, true));
    CHECK(mean_keys({}, seq_len, true) == static_cast<double>(seq_len) / 2);
    // Position i, in the middle of its key, sees the smaller of i + 1/2 and the window.
    for (const int64_t window : {1, 7, 128}) {
      double sum = 0;
      for (int64_t i = 0; i < seq_len; ++i) {
        sum += std::min(static_cast<double>(i) + 0.5, static_cast<double>(window));
      }
      CHECK(mean_keys({.window = window}, seq_len, true) ==
            Approx(sum / static_cast<double>(seq_len)));
      CHECK(mean_keys({.window = window}, seq_len, false) ==
            static_cast<double>(std::min(seq_len, window)));
    }
  }
}

TEST_CASE("linear attention costs every token its state") {
  const AttentionProduct linear{.window = 128, .is_linear = true};
  for (const int64_t seq_len : {1, 100, 4096}) {
    CHECK(mean_keys(linear, seq_len, true) == 128);
    CHECK(mean_keys(linear, seq_len, false) == 128);
  }
}

TEST_CASE("recomputing costs the hardware a second forward pass of what is recomputed") {
  ModelSpec spec;
  spec.products = {{"mlp", LayerKind::kMlp, 10, 10, 1}, {"lm_head", LayerKind::kHead, 10, 7, 1}};
  spec.attention = {{"attn", 1, 2, 3, 4, {}}};
  const double causal = flops_per_token(spec, FlopConvention::kExactCausal, 100).value();
  CHECK(causal == 3.0 * (2 * 100 + 2 * 70 + 2 * 2 * 7 * 50));
  const auto hardware = [&](Recompute recompute) {
    return hardware_flops_per_token(spec, recompute, 100).value();
  };
  CHECK(hardware(Recompute::kNone) == causal);
  CHECK(hardware(Recompute::kAttention) == causal + 2 * 2 * 7 * 50);
  CHECK(hardware(Recompute::kFull) == causal + 2 * 2 * 7 * 50 + 2 * 100);
}

TEST_CASE("memory of mixed precision is 2, 2, 4 and 8 bytes a parameter") {
  ModelSpec spec;
  spec.parameters.total = 1000;
  const TrainingMemory memory = training_memory(spec);
  CHECK(memory.weights.value() == 2000);
  CHECK(memory.gradients.value() == 2000);
  CHECK(memory.master_weights.value() == 4000);
  CHECK(memory.moments.value() == 8000);
  CHECK(memory.total().value() == 16000);
}

TEST_CASE("training state is the total times the bytes of a parameter") {
  ModelSpec spec;
  spec.parameters.total = 1000;
  CHECK(training_state_bytes(spec, 16).value() == 16000);
}

}  // namespace assay
