#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "allocation_count.h"
#include "models/model_family.h"
#include "small_models.h"
#include "specs/family.h"

using namespace assay;

namespace {

/// Bytes that a forward pass of one sequence leaves allocated while its graph is alive.
double measured_bytes(const std::string& toml, Recompute recompute, int64_t seq_len) {
  const SmallModel small{"measured", toml};
  const auto model = make(small);
  model->set_recompute(recompute);
  const Batch batch = random_batch(spec_of(small), 1, seq_len);
  const auto count = std::make_shared<AllocationCount>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, count);
  const LmOutput output = model->forward(batch);
  return output.loss_sum.defined() ? count->held() : 0;
}

double predicted_blocks(const std::string& toml, Recompute recompute, int64_t seq_len) {
  return own_activation_memory(spec_of(SmallModel{"predicted", toml}), recompute, seq_len, 4)
      .blocks.value();
}

std::string with_layers(std::string toml, int64_t layers) {
  const std::string key = "num_layers = ";
  const size_t begin = toml.find(key) + key.size();
  return toml.replace(begin, toml.find('\n', begin) - begin, std::to_string(layers));
}

/// Measured over predicted bytes of one block more: what the head, the embedding and the batch keep
/// falls out of the difference.
double block_ratio(const std::string& toml, Recompute recompute = Recompute::kNone) {
  constexpr int64_t kMeasuredTokens = 48;
  const std::string more = with_layers(toml, 4);
  const std::string less = with_layers(toml, 3);
  const auto grown = [&](const auto& bytes) {
    return bytes(more, recompute, kMeasuredTokens) - bytes(less, recompute, kMeasuredTokens);
  };
  return grown(measured_bytes) / grown(predicted_blocks);
}

/// Most bytes held at one time of a forward and backward pass, weights' gradients included.
double peak_bytes(const std::string& toml, Recompute recompute, int64_t seq_len) {
  const SmallModel small{"peak", toml};
  const auto model = make(small);
  model->set_recompute(recompute);
  const Batch batch = random_batch(spec_of(small), 1, seq_len);
  const auto count = std::make_shared<AllocationCount>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, count);
  model->forward(batch).loss_sum.backward();
  return count->peak();
}

const std::string kSizes = R"(num_layers = 2
d_model = 256
num_heads = 4
num_kv_heads = 4
d_head = 64
vocab_size = 97
max_seq_len = 48
)";

const std::string kExperts = "num_experts = 8\ntop_k = 2\nd_expert = 256\n";

const std::string kDeepseekSizes = R"(num_layers = 2
num_dense_layers = 1
d_model = 256
num_heads = 4
d_ff = 640
num_experts = 8
num_shared_experts = 1
top_k = 2
d_expert = 256
vocab_size = 97
max_seq_len = 48
)";

}  // namespace

TEST_CASE("dense blocks keep the bytes that the formula says") {
  const std::string gpt2 =
      "family = \"gpt2\"\nnum_layers = 2\nd_model = 256\nnum_heads = 4\nd_ff = 1024\n"
      "vocab_size = 97\nmax_seq_len = 48\n";
  CHECK(block_ratio(gpt2) == Approx(1).margin(0.02));
  for (const char* family : {"llama", "qwen2", "qwen3", "olmo2"}) {
    INFO(family);
    CHECK(block_ratio("family = \"" + std::string(family) + "\"\n" + kSizes + "d_ff = 640\n") ==
          Approx(1).margin(0.02));
  }
}

TEST_CASE("shared key heads are repeated, which the prediction for this program knows") {
  std::string shared = "family = \"llama\"\n" + kSizes + "d_ff = 640\n";
  shared.replace(shared.find("num_kv_heads = 4"), 16, "num_kv_heads = 2");
  CHECK(block_ratio(shared) == Approx(1).margin(0.02));
}

TEST_CASE("mixtures keep the bytes that the formula says") {
  // Within what the choices themselves take: indices and weights, which the formula leaves out.
  for (const char* family : {"mixtral", "qwen3_moe", "gpt_oss"}) {
    INFO(family);
    CHECK(block_ratio("family = \"" + std::string(family) + "\"\n" + kSizes + kExperts) ==
          Approx(1).margin(0.05));
  }
  CHECK(block_ratio(R"(family = "olmoe"
num_layers = 2
d_model = 256
num_heads = 4
num_kv_heads = 4
vocab_size = 97
max_seq_len = 48
)" + kExperts) == Approx(1).margin(0.05));
  CHECK(block_ratio("family = \"gpt_oss\"\n" + kSizes + kExperts + "window = 16\n") ==
        Approx(1).margin(0.05));
  CHECK(block_ratio("family = \"glm4_moe\"\n" + kSizes + kExperts +
                    "num_dense_layers = 1\nd_ff = 640\nnum_shared_experts = 1\nqk_norm = true\n") ==
        Approx(1).margin(0.05));
}

TEST_CASE("heads of one width and shared experts keep the bytes that the formula says") {
  CHECK(block_ratio("family = \"deepseek\"\n" + kDeepseekSizes +
                    "multi_head = { num_kv_heads = 4, d_head = 64 }\n") == Approx(1).margin(0.05));
}

TEST_CASE("latent attention and shared experts keep the bytes that the formula says") {
  for (const char* queries : {"q_lora_rank = 128, ", ""}) {
    INFO(queries);
    CHECK(block_ratio("family = \"deepseek\"\n" + kDeepseekSizes + "latent = { " + queries +
                      "kv_lora_rank = 96, d_nope = 32, d_rope = 16, d_v = 32 }\n") ==
          Approx(1).margin(0.05));
  }
}

TEST_CASE("blocks that compute attention or all of themselves again keep what the formula says") {
  const std::string latent = R"(family = "deepseek"
num_layers = 2
num_dense_layers = 1
d_model = 256
num_heads = 4
d_ff = 640
num_experts = 8
num_shared_experts = 1
top_k = 2
d_expert = 256
vocab_size = 97
max_seq_len = 48
latent = { q_lora_rank = 128, kv_lora_rank = 96, d_nope = 32, d_rope = 16, d_v = 32 }
)";
  std::vector<std::string> tables{
      latent,
      "family = \"gpt2\"\nnum_layers = 2\nd_model = 256\nnum_heads = 4\nd_ff = 1024\n"
      "vocab_size = 97\nmax_seq_len = 48\n"};
  for (const char* family : {"llama", "qwen2", "qwen3", "olmo2"}) {
    tables.push_back("family = \"" + std::string(family) + "\"\n" + kSizes + "d_ff = 640\n");
  }
  for (const char* family : {"mixtral", "qwen3_moe"}) {
    tables.push_back("family = \"" + std::string(family) + "\"\n" + kSizes +
                     "num_experts = 8\ntop_k = 2\nd_expert = 256\n");
  }
  tables.emplace_back(
      "family = \"olmoe\"\nnum_layers = 2\nd_model = 256\nnum_heads = 4\nnum_kv_heads = 4\n"
      "num_experts = 8\ntop_k = 2\nd_expert = 256\nvocab_size = 97\nmax_seq_len = 48\n");
  for (const std::string& toml : tables) {
    INFO(toml);
    // Choices of experts are on top of the formula; random states and counts of experts are so
    // under full, where a block keeps little else.
    CHECK(block_ratio(toml, Recompute::kAttention) == Approx(1).margin(0.06));
    CHECK(block_ratio(toml, Recompute::kFull) == Approx(1).margin(0.15));
  }
}

TEST_CASE("a pass that computes blocks again needs less memory at its worst moment") {
  // Narrow and long: the weights' gradients, which grow in the meantime, are small beside it.
  constexpr int64_t kSeqLen = 1024;
  const std::string toml =
      "family = \"llama\"\nnum_layers = 6\nd_model = 64\nnum_heads = 4\nnum_kv_heads = 4\n"
      "d_head = 16\nd_ff = 160\nvocab_size = 97\nmax_seq_len = 1024\n";
  const ModelSpec spec = spec_of(SmallModel{"predicted", toml});
  const auto predicted = [&](Recompute recompute) {
    const ActivationMemory memory = own_activation_memory(spec, recompute, kSeqLen, 4);
    return (memory.blocks + memory.again).value();
  };
  const double none = peak_bytes(toml, Recompute::kNone, kSeqLen);
  for (const Recompute recompute : {Recompute::kAttention, Recompute::kFull}) {
    const double saved = none - peak_bytes(toml, recompute, kSeqLen);
    const double expected = predicted(Recompute::kNone) - predicted(recompute);
    CHECK(saved > 0);
    CHECK(saved == Approx(expected).epsilon(0.2));
  }
}
