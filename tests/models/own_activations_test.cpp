#include <ATen/ATen.h>
#include <fmt/format.h>

#include <catch2/catch.hpp>

#include "allocation_count.h"
#include "models/fp8_layers.h"
#include "models/model_family.h"
#include "small_models.h"
#include "specs/training_peak.h"

// What the blocks of every family keep in bf16 and fp8, against what the allocator counts. In fp32:
// activation_memory_test.cpp.

namespace {

using namespace assay;

constexpr int64_t kNarrowBatch = 2;

std::string narrow_sizes(int64_t layers) {
  return fmt::format(
      "num_layers = {}\nd_model = 256\nnum_heads = 4\nvocab_size = 97\nmax_seq_len = 192\n",
      layers);
}

void make_narrow(LanguageModel& model, bool fp8) {
  for (at::Tensor& parameter : model.parameters()) {
    parameter.set_data(parameter.detach().to(at::kBFloat16));
  }
  if (fp8) use_fp8(model, {});
}

struct NarrowBlocks {
  std::string own;  ///< of the [model] table, beside `sizes`
  bool fp8 = false;
  int64_t seq_len = 192;
  Recompute recompute = Recompute::kNone;
  bool documents_apart = false;
};

double kept_bytes(const NarrowBlocks& kind, int64_t layers) {
  const SmallModel small{"measured", kind.own + narrow_sizes(layers)};
  const auto model = make(small);
  make_narrow(*model, kind.fp8);
  model->set_recompute(kind.recompute);
  Batch batch = random_batch(spec_of(small), kNarrowBatch, kind.seq_len);
  if (kind.documents_apart) {
    const at::Tensor places = at::arange(kind.seq_len, at::kLong);
    batch.document_ids = places.floor_divide(50).expand({kNarrowBatch, -1}).contiguous();
  }
  const auto count = std::make_shared<AllocationCount>();
  const c10::DebugInfoGuard guard(c10::DebugInfoKind::PROFILER_STATE, count);
  const LmOutput output = model->forward(batch);
  return output.loss_sum.defined() ? count->held() : 0;
}

double predicted_bytes(const NarrowBlocks& kind, int64_t layers) {
  return own_activations(spec_of(SmallModel{"predicted", kind.own + narrow_sizes(layers)}),
                         {.micro_batch = kNarrowBatch,
                          .seq_len = kind.seq_len,
                          .element_bytes = 2,
                          .fp8_products = kind.fp8,
                          .documents_apart = kind.documents_apart,
                          .recompute = kind.recompute})
      .blocks.value();
}

/// Predicted over measured bytes of two blocks more.
double narrow_block_ratio(const NarrowBlocks& kind) {
  return (predicted_bytes(kind, 4) - predicted_bytes(kind, 2)) /
         (kept_bytes(kind, 4) - kept_bytes(kind, 2));
}

std::vector<std::string> narrow_families() {
  const std::string heads = "num_kv_heads = 4\nd_head = 64\n";
  const std::string experts = "num_experts = 8\ntop_k = 2\nd_expert = 256\n";
  const std::string deepseek = "family = \"deepseek\"\nnum_dense_layers = 1\nd_ff = 640\n" +
                               experts + "num_shared_experts = 1\n";
  std::vector<std::string> tables{
      "family = \"gpt2\"\nd_ff = 1024\n",
      "family = \"llama\"\nnum_kv_heads = 2\nd_head = 64\nd_ff = 640\n",
      "family = \"olmoe\"\nnum_kv_heads = 4\n" + experts,
      "family = \"glm4_moe\"\nnum_dense_layers = 1\nd_ff = 640\nnum_shared_experts = 1\nqk_norm = "
      "true\n" +
          heads + experts,
      deepseek + "multi_head = { num_kv_heads = 4, d_head = 64 }\n",
      deepseek +
          "latent = { q_lora_rank = 128, kv_lora_rank = 96, d_nope = 32, d_rope = 16, d_v = "
          "32 }\n"};
  for (const char* family : {"llama", "qwen2", "qwen3", "olmo2"}) {
    tables.push_back("family = \"" + std::string(family) + "\"\n" + heads + "d_ff = 640\n");
  }
  for (const char* family : {"mixtral", "qwen3_moe", "gpt_oss"}) {
    tables.push_back("family = \"" + std::string(family) + "\"\n" + heads + experts);
  }
  return tables;
}

}  // namespace

TEST_CASE("blocks in bf16 keep the bytes that the formula says") {
  for (const std::string& family : narrow_families()) {
    INFO(family);
    CHECK(narrow_block_ratio({.own = family}) == Approx(1).margin(0.05));
  }
}

TEST_CASE("blocks with products in fp8 keep the bytes that the formula says") {
  for (const std::string& family : narrow_families()) {
    INFO(family);
    CHECK(narrow_block_ratio({.own = family, .fp8 = true}) == Approx(1).margin(0.05));
  }
}

TEST_CASE("blocks in bf16 keep the bytes that the formula says in short contexts too") {
  for (const std::string& family : narrow_families()) {
    INFO(family);
    CHECK(narrow_block_ratio({.own = family, .seq_len = 96}) == Approx(1).margin(0.05));
  }
}

TEST_CASE("blocks in bf16 that compute attention again keep the bytes that the formula says") {
  for (const std::string& family : narrow_families()) {
    INFO(family);
    CHECK(narrow_block_ratio({.own = family, .recompute = Recompute::kAttention}) ==
          Approx(1).margin(0.06));
  }
}

TEST_CASE("documents apart keep attention in fp32") {
  for (const char* family : {"llama", "qwen3"}) {
    const std::string own =
        "family = \"" + std::string(family) + "\"\nnum_kv_heads = 4\nd_head = 64\nd_ff = 640\n";
    CHECK(narrow_block_ratio({.own = own, .documents_apart = true}) == Approx(1).margin(0.05));
  }
}
