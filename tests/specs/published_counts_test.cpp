#include <catch2/catch.hpp>

#include <string>
#include <string_view>

#include "config/config.h"
#include "specs/families/llama.h"
#include "specs/family.h"

// The published shapes of the families and their exact counts. The counts reproduce every published
// figure (124M, 6.7B, 671B ...) and were computed from the shapes independently of this code.

namespace assay {
namespace {

ModelSpec spec_of(std::string_view toml) {
  return spec_from_table(read_toml(toml, {.name = "test"}), "test");
}

std::string gpt2(int layers, int d, int heads) {
  return "family = \"gpt2\"\nvocab_size = 50257\nmax_seq_len = 1024\nnum_layers = " +
         std::to_string(layers) + "\nd_model = " + std::to_string(d) +
         "\nnum_heads = " + std::to_string(heads) + "\nd_ff = " + std::to_string(4 * d);
}

struct LlamaShape {
  std::string_view name;
  int layers, d, heads, kv_heads, d_head, d_ff, vocab;
  bool tied;
  int64_t total, matmul;
};

ModelSpec spec_of(const LlamaShape& shape) {
  LlamaConfig config;
  config.num_layers = shape.layers;
  config.d_model = shape.d;
  config.num_heads = shape.heads;
  config.num_kv_heads = shape.kv_heads;
  config.d_head = shape.d_head;
  config.d_ff = shape.d_ff;
  config.vocab_size = shape.vocab;
  config.max_seq_len = 4096;
  config.tie_embeddings = shape.tied;
  return make_spec(config);
}

}  // namespace

TEST_CASE("GPT-2's four sizes have the published counts") {
  const auto check = [](const std::string& toml, int64_t total, int64_t matmul) {
    const ParameterCounts counts = spec_of(toml).parameters;
    CHECK(counts.total == total);
    CHECK(counts.active_a == total);
    CHECK(counts.matmul == matmul);
  };
  check(gpt2(12, 768, 12), 124'439'808, 123'532'032);
  check(gpt2(24, 1024, 16), 354'823'168, 353'453'056);
  check(gpt2(36, 1280, 20), 774'030'080, 772'117'760);
  check(gpt2(48, 1600, 25), 1'557'611'200, 1'554'971'200);
}

TEST_CASE("the Llama sizes have the published counts") {
  const auto shape = GENERATE(LlamaShape{"llama-2-7b", 32, 4096, 32, 32, 128, 11008, 32000, false,
                                         6'738'415'616, 6'607'077'376},
                              LlamaShape{"llama-2-13b", 40, 5120, 40, 40, 128, 13824, 32000, false,
                                         13'015'864'320, 12'851'609'600},
                              LlamaShape{"llama-2-70b", 80, 8192, 64, 8, 128, 28672, 32000, false,
                                         68'976'648'192, 68'713'185'280},
                              LlamaShape{"llama-3.2-1b", 16, 2048, 32, 8, 64, 8192, 128256, true,
                                         1'235'814'400, 1'235'746'816},
                              LlamaShape{"llama-3.2-3b", 28, 3072, 24, 8, 128, 8192, 128256, true,
                                         3'212'749'824, 3'212'574'720},
                              LlamaShape{"llama-3.1-8b", 32, 4096, 32, 8, 128, 14336, 128256, false,
                                         8'030'261'248, 7'504'658'432},
                              LlamaShape{"llama-3.1-70b", 80, 8192, 64, 8, 128, 28672, 128256,
                                         false, 70'553'706'496, 69'501'714'432},
                              LlamaShape{"llama-3.1-405b", 126, 16384, 128, 8, 128, 53248, 128256,
                                         false, 405'853'388'800, 403'747'897'344},
                              LlamaShape{"tinyllama-1.1b", 22, 2048, 32, 4, 64, 5632, 32000, false,
                                         1'100'048'384, 1'034'420'224});
  INFO(shape.name);
  const ParameterCounts counts = spec_of(shape).parameters;
  CHECK(counts.total == shape.total);
  CHECK(counts.active_a == shape.total);
  CHECK(counts.matmul == shape.matmul);
}

TEST_CASE("OLMoE-1B-7B has the published counts under every convention") {
  const ParameterCounts counts = spec_of(R"(
family = "olmoe"
num_layers = 16
d_model = 2048
num_heads = 16
num_kv_heads = 16
num_experts = 64
top_k = 8
d_expert = 1024
vocab_size = 50304
max_seq_len = 4096
)")
                                     .parameters;
  CHECK(counts.total == 6'919'161'856);
  CHECK(counts.active_a == 1'282'017'280);
  CHECK(counts.active_b == 1'282'017'280 - 50304 * 2048);
  CHECK(counts.active_c == 1'282'017'280 - 2 * 50304 * 2048);
  CHECK(counts.matmul == 1'178'861'568);
}

namespace {

constexpr std::string_view kDeepseekMoe16b = R"(
family = "deepseek"
num_layers = 28
num_dense_layers = 1
d_model = 2048
num_heads = 16
d_ff = 10944
num_experts = 64
num_shared_experts = 2
top_k = 6
d_expert = 1408
vocab_size = 102400
max_seq_len = 4096
multi_head = { num_kv_heads = 16, d_head = 128 }
)";

constexpr std::string_view kV2Lite = R"(
family = "deepseek"
num_layers = 27
num_dense_layers = 1
d_model = 2048
num_heads = 16
d_ff = 10944
num_experts = 64
num_shared_experts = 2
top_k = 6
d_expert = 1408
vocab_size = 102400
max_seq_len = 4096
latent = { kv_lora_rank = 512, d_nope = 128, d_rope = 64, d_v = 128 }
)";

constexpr std::string_view kV2 = R"(
family = "deepseek"
num_layers = 60
num_dense_layers = 1
d_model = 5120
num_heads = 128
d_ff = 12288
num_experts = 160
num_shared_experts = 2
top_k = 6
d_expert = 1536
vocab_size = 102400
max_seq_len = 4096
latent = { q_lora_rank = 1536, kv_lora_rank = 512, d_nope = 128, d_rope = 64, d_v = 128 }
)";

constexpr std::string_view kV3 = R"(
family = "deepseek"
num_layers = 61
num_dense_layers = 3
d_model = 7168
num_heads = 128
d_ff = 18432
num_experts = 256
num_shared_experts = 1
top_k = 8
d_expert = 2048
vocab_size = 129280
max_seq_len = 4096
latent = { q_lora_rank = 1536, kv_lora_rank = 512, d_nope = 128, d_rope = 64, d_v = 128 }
router = { scoring = "sigmoid", selection_bias = true, num_groups = 8, top_groups = 4 }
)";

struct DeepseekCounts {
  std::string_view toml;
  int64_t total, active_a, matmul;
  double active_b_billion, active_c_billion;
};

}  // namespace

TEST_CASE("DeepSeek's mixtures have the published counts under every convention") {
  const auto row = GENERATE(
      DeepseekCounts{kDeepseekMoe16b, 16'375'728'128, 2'828'650'496, 2'618'818'560, 2.62, 2.41},
      DeepseekCounts{kV2Lite, 15'706'484'224, 2'661'150'208, 2'451'308'544, 2.45, 2.24},
      DeepseekCounts{kV2, 235'741'434'880, 21'375'800'320, 20'850'769'920, 20.85, 20.33},
      DeepseekCounts{kV3, 671'026'419'200, 37'552'297'472, 36'624'596'992, 36.63, 35.70});
  INFO(row.toml);
  const ParameterCounts counts = spec_of(row.toml).parameters;
  CHECK(counts.total == row.total);
  CHECK(counts.active_a == row.active_a);
  CHECK(counts.matmul == row.matmul);
  CHECK(static_cast<double>(counts.active_b) / 1e9 == Approx(row.active_b_billion).margin(0.005));
  CHECK(static_cast<double>(counts.active_c) / 1e9 == Approx(row.active_c_billion).margin(0.005));
}

TEST_CASE("FLOPs per token of V2 and V3 at 4096 are the published ones") {
  const auto giga = [](std::string_view toml, FlopConvention convention) {
    return flops_per_token(spec_of(toml), convention, 4096).value() / 1e9;
  };
  CHECK(giga(kV3, FlopConvention::kExactCausal) == Approx(250.450).margin(0.0005));
  CHECK(giga(kV3, FlopConvention::kExactFull) == Approx(281.15).margin(0.005));
  CHECK(giga(kV3, FlopConvention::kSixNd) == Approx(6 * 37.552297472).epsilon(1e-12));
  CHECK(giga(kV2, FlopConvention::kExactCausal) == Approx(155.304).margin(0.0005));
}

TEST_CASE("V3's pre-training hours imply the published utilisation") {
  const ModelSpec spec = spec_of(kV3);
  const auto mfu = [&](FlopConvention convention) {
    return flops_per_token(spec, convention, 4096).value() * 14.8e12 / (2.664e6 * 3600 * 989.4e12);
  };
  CHECK(mfu(FlopConvention::kExactCausal) == Approx(0.3906).margin(5e-5));
  CHECK(mfu(FlopConvention::kExactFull) == Approx(0.4385).margin(5e-5));
  CHECK(mfu(FlopConvention::kSixNd) == Approx(0.3514).margin(5e-5));
}

TEST_CASE("TinyLlama's 90 days on 16 A100 are 56.5 % by the full square") {
  const ModelSpec spec = spec_of(LlamaShape{"tinyllama-1.1b", 22, 2048, 32, 4, 64, 5632, 32000,
                                            false, 1'100'048'384, 1'034'420'224});
  const auto mfu = [&](FlopConvention convention) {
    return flops_per_token(spec, convention, 2048).value() * 3e12 / (16 * 90 * 86400 * 312e12);
  };
  CHECK(mfu(FlopConvention::kExactFull) == Approx(0.565).margin(5e-4));
  CHECK(mfu(FlopConvention::kExactCausal) == Approx(0.522).margin(5e-4));
  CHECK(mfu(FlopConvention::kSixNd) == Approx(0.510).margin(5e-4));
}

TEST_CASE("GPT-2 124M at 1024 costs 798 MFLOP causal and 854 MFLOP full") {
  const ModelSpec spec = spec_of(gpt2(12, 768, 12));
  const auto mega = [&](FlopConvention convention) {
    return flops_per_token(spec, convention, 1024).value() / 1e6;
  };
  CHECK(mega(FlopConvention::kExactCausal) == Approx(798).margin(0.5));
  CHECK(mega(FlopConvention::kExactFull) == Approx(854).margin(0.5));
}

}  // namespace assay
