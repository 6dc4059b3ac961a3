#include <catch2/catch.hpp>

#include <string>

#include "config/config.h"
#include "specs/family.h"
#include "specs/model_spec.h"

namespace assay {
namespace {

ModelSpec spec_of_toml(const std::string& toml) {
  return spec_from_table(read_toml(toml, {.name = "test"}), "test");
}

constexpr int64_t kGpt3Layers = 96;
constexpr int64_t kGpt3Width = 12288;
constexpr int64_t kGpt3Heads = 96;
constexpr int64_t kGpt3SeqLen = 2048;

ModelSpec gpt3() {
  return spec_of_toml(
      "family = \"gpt3\"\nnum_layers = 96\nd_model = 12288\nnum_heads = 96\nvocab_size = 51200\n"
      "max_seq_len = 2048");
}

double block_bytes(const ModelSpec& spec, Recompute recompute) {
  return activation_memory(spec, recompute, kGpt3SeqLen, 2).blocks.value();
}

}  // namespace

TEST_CASE("GPT-3's blocks keep what Korthikanti et al. count, without their dropout masks") {
  // Equation 1: s b h (34 + 5 a s / h) a layer, in bytes. Dropout has 2 s b h and 3 a s^2 b of it.
  const double sbh = 1.0 * kGpt3SeqLen * kGpt3Width;
  const double scores = 2.0 * kGpt3Heads * kGpt3SeqLen * kGpt3SeqLen;
  const double normalisers = 4.0 * kGpt3Heads * kGpt3SeqLen;  // in fp32; the paper leaves them out
  CHECK(block_bytes(gpt3(), Recompute::kNone) ==
        Approx(kGpt3Layers * (32 * sbh + scores + normalisers)).epsilon(1e-12));
  CHECK(block_bytes(gpt3(), Recompute::kAttention) ==
        Approx(kGpt3Layers * (32 * sbh + normalisers)).epsilon(1e-12));
  CHECK(block_bytes(gpt3(), Recompute::kFull) == Approx(kGpt3Layers * 2 * sbh).epsilon(1e-12));
}

TEST_CASE("the head keeps two inputs and the logits in fp32") {
  const double head = activation_memory(gpt3(), Recompute::kFull, kGpt3SeqLen, 2).head.value();
  CHECK(head == Approx(1.0 * kGpt3SeqLen * (2 * 2 * kGpt3Width + 4 * 51200)).epsilon(1e-12));
}

TEST_CASE("GPT-3 drops 70 % by computing attention again, as published") {
  // Korthikanti et al. 2022, section 5: selective recomputation saves 70 % for GPT-3 (with
  // dropout).
  const double all = 34 + 5.0 * kGpt3Heads * kGpt3SeqLen / kGpt3Width;
  CHECK(1 - 34 / all == Approx(0.70).margin(0.005));
  const double none = block_bytes(gpt3(), Recompute::kNone);
  CHECK(1 - block_bytes(gpt3(), Recompute::kAttention) / none == Approx(0.5).margin(0.01));
}

TEST_CASE("a mixture keeps the rows of the chosen experts and nothing of the others") {
  const std::string shape =
      "family = \"mixtral\"\nnum_layers = 1\nd_model = 64\nnum_heads = 4\nnum_kv_heads = 4\n"
      "d_head = 16\nvocab_size = 100\nmax_seq_len = 32\nd_expert = 48\n";
  const ModelSpec two = spec_of_toml(shape + "num_experts = 8\ntop_k = 2");
  const ModelSpec three = spec_of_toml(shape + "num_experts = 8\ntop_k = 3");
  const ModelSpec wide = spec_of_toml(shape + "num_experts = 9\ntop_k = 2");
  // Rows in and out (64 each), gate and up and their product (48 each).
  CHECK(three.kept.activations - two.kept.activations == 64 + 3 * 48 + 64);
  CHECK(wide.kept.activations == two.kept.activations);
  CHECK(wide.kept.fp32 - two.kept.fp32 == 1);  // one more score
}

TEST_CASE("latent attention keeps its latents before and after their norms and joined keys") {
  const ModelSpec spec = spec_of_toml(R"(family = "deepseek"
num_layers = 2
num_dense_layers = 1
d_model = 64
num_heads = 4
d_ff = 96
num_experts = 8
num_shared_experts = 1
top_k = 2
d_expert = 24
vocab_size = 97
max_seq_len = 48
latent = { q_lora_rank = 32, kv_lora_rank = 16, d_nope = 16, d_rope = 8, d_v = 12 })");
  const int64_t attention = 64 + 2 * 32 + 4 * 24 + (16 + 8) + 16 + 4 * 28 + 4 * 24 + 4 * 12;
  const int64_t dense = 64 + 3 * 96;
  const int64_t mixture = 2 * (64 + 3 * 24 + 64) + (64 + 3 * 24);
  CHECK(spec.kept.activations == 2 * (attention + 2 * 64) + dense + mixture);
}

TEST_CASE("this program keeps less with what it computes again, and holds that for one layer") {
  const ModelSpec spec = spec_of_toml(
      "family = \"qwen3\"\nnum_layers = 4\nd_model = 64\nnum_heads = 4\nnum_kv_heads = 4\n"
      "d_head = 16\nd_ff = 96\nvocab_size = 97\nmax_seq_len = 32");
  const auto own = [&](Recompute recompute) {
    return own_activation_memory(spec, recompute, 32, 2);
  };
  const ActivationMemory none = own(Recompute::kNone);
  CHECK(none.again.value() == 0);
  // Turned q and k, which are normed where the joint projection has them, and normalisers.
  const double inside = 32 * (2.0 * (64 + 64) + 4.0 * 4);
  CHECK((none.blocks - own(Recompute::kAttention).blocks).value() == Approx(4 * inside));
  CHECK(own(Recompute::kAttention).again.value() == Approx(inside));
  CHECK(own(Recompute::kFull).blocks.value() == Approx(4 * 32 * 64 * 2.0));
  CHECK(own(Recompute::kFull).again.value() == Approx(none.blocks.value() / 4));
  CHECK(own(Recompute::kFull).head == none.head);
}

TEST_CASE(
    "multi-token prediction keeps the ends of its own projection whatever is computed again") {
  const auto spec = [](const std::string& own) {
    return spec_of_toml(R"(family = "deepseek"
num_layers = 2
num_dense_layers = 1
d_model = 64
num_heads = 4
d_ff = 96
num_experts = 8
num_shared_experts = 1
top_k = 2
d_expert = 24
vocab_size = 97
max_seq_len = 48
latent = { kv_lora_rank = 16, d_nope = 16, d_rope = 8, d_v = 12 }
)" + own);
  };
  const auto full = [](const ModelSpec& model) {
    return own_activation_memory(model, Recompute::kFull, 48, 4).blocks.value();
  };
  CHECK(full(spec("multi_token = { depth = 2 }")) - full(spec("")) == Approx(48 * 2 * 6 * 64 * 4));
}

TEST_CASE("a sequence twice as long keeps twice as much, and four times the scores") {
  const ModelSpec spec = gpt3();
  const auto at = [&](Recompute recompute, int64_t seq_len) {
    return activation_memory(spec, recompute, seq_len, 2).blocks.value();
  };
  CHECK(at(Recompute::kAttention, 2048) == Approx(2 * at(Recompute::kAttention, 1024)));
  const auto scores = [&](int64_t seq_len) {
    return at(Recompute::kNone, seq_len) - at(Recompute::kAttention, seq_len);
  };
  CHECK(scores(2048) == Approx(4 * scores(1024)));
}

}  // namespace assay
