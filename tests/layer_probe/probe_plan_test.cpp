#include "layer_probe/probe_plan.h"

#include <catch2/catch.hpp>

#include "error/error.h"
#include "models/layers/expert_share.h"
#include "specs/expert_parameters.h"
#include "tests/layer_probe/probed_models.h"

namespace assay {
namespace {

TEST_CASE("a whole slice holds the parameters that accounting counts for it") {
  for (const SmallModel& model : small_models()) {
    INFO(model.name);
    const ProbeRequest request = short_request(model.toml);
    for (const ProbeSlice& slice : probe_slices(request.table, {})) {
      CHECK(slice_memory(slice, request, 1).parameters ==
            spec_from_table(slice.table, "slice").parameters.total);
    }
  }
}

TEST_CASE("a share of the experts holds accounting's parameters without the experts elsewhere") {
  for (const char* name :
       {"mixtral", "qwen3_moe", "glm4_moe", "deepseek like V2", "deepseek like V3", "olmoe"}) {
    INFO(name);
    const ProbeRequest request = short_request(small_model(name));
    for (const ProbeSlice& slice : probe_slices(request.table, {})) {
      const ModelSpec spec = spec_from_table(slice.table, "slice");
      const double elsewhere = 0.75 * expert_parameters(spec);
      CHECK(elsewhere > 0);
      CHECK(slice_memory(slice, request, 4).parameters ==
            spec.parameters.total - static_cast<int64_t>(elsewhere));
    }
  }
}

TEST_CASE("the blocks of a model's slices add up to the model") {
  const TomlTable table = resolved(small_model("deepseek like V3"));  // 1 dense block, 2 mixtures
  const ProbeRequest request = short_request(small_model("deepseek like V3"));
  const auto slices = probe_slices(table, {});
  const int64_t mixture = slice_memory(slices[0], request, 1).parameters;
  const int64_t both = slice_memory(slices[1], request, 1).parameters;
  const ModelSpec spec = spec_from_table(table, "whole");
  const int64_t ends = 2 * spec.vocab_size * spec.d_model + spec.d_model;  // and the last norm
  const int64_t block = mixture - ends;
  CHECK(ends + (both - mixture) + 2 * block == spec.parameters.total);
}

TEST_CASE("memory is weights, gradients, activations and logits of the micro-batch") {
  ProbeRequest request = short_request(small_model("llama"));
  request.micro_batch = 3;
  const ProbeSlice slice = probe_slices(request.table, {}).front();
  const SliceMemory memory = slice_memory(slice, request, 1);
  CHECK(memory.weights.value() == 4.0 * static_cast<double>(memory.parameters));
  CHECK(memory.gradients.value() == memory.weights.value());
  CHECK(memory.logits.value() == 3 * 32 * 97 * 8);
  CHECK(memory.activations.value() > 0);
  request.precision = Precision::kBf16;
  CHECK(slice_memory(slice, request, 1).weights.value() == memory.weights.value() / 2);
}

TEST_CASE("what does not fit is made smaller: sequences first, then experts, and it is said") {
  ProbeRequest request = short_request(small_model("deepseek like V3"));
  request.micro_batch = 64;
  const ProbePlan whole = plan_probe(request, kPlenty);
  CHECK(whole.micro_batch == 64);
  CHECK(whole.experts_held == 8);
  CHECK(whole.notes.empty());
  const ProbePlan fewer = plan_probe(request, whole.need);  // of which 90 % can be used
  CHECK(fewer.micro_batch == 32);
  CHECK(fewer.experts_held == 8);
  REQUIRE(fewer.notes.size() == 1);
  CHECK(fewer.notes[0].find("32 of 64 sequences") != std::string::npos);
  request.micro_batch = 1;
  ProbePlan one = plan_probe(request, kPlenty);
  // Updates are timed on what fits as well; the slice itself is what experts are taken from.
  const ProbePlan part = plan_probe(request, 0.9 * one.need);
  CHECK(part.experts_held < 8);
  CHECK(part.need.value() < one.need.value());
  CHECK_THROWS_AS(plan_probe(request, Bytes(1000)), DeviceError);
  CHECK_THROWS_WITH(plan_probe(request, Bytes(1000)), Catch::Contains("does not fit"));
}

TEST_CASE("a layout that the model cannot have is refused") {
  ProbeRequest request = short_request(small_model("mixtral"));
  request.layout.expert = 3;
  CHECK_THROWS_WITH(plan_probe(request, kPlenty), Catch::Contains("ep does not divide"));
  request.layout = {.pipeline = 3};
  CHECK_THROWS_WITH(plan_probe(request, kPlenty), Catch::Contains("pp is more than"));
  request.layout = {.data = 3, .expert = 2};
  CHECK_THROWS_WITH(plan_probe(request, kPlenty), Catch::Contains("copies"));
  request.layout = {};
  request.seq_len = 49;
  CHECK_THROWS_WITH(plan_probe(request, kPlenty), Catch::Contains("context"));
  ProbeRequest dense = short_request(small_model("llama"));
  dense.layout.expert = 2;
  CHECK_THROWS_AS(plan_probe(dense, kPlenty), ConfigError);
}

TEST_CASE("DeepSeek-V3 at full width under its published layout fits one 80 GB device") {
  ProbeRequest request;
  request.table = resolved(R"(family = "deepseek"
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
max_seq_len = 163840
latent = { q_lora_rank = 1536, kv_lora_rank = 512, d_nope = 128, d_rope = 64, d_v = 128 }
router = { scoring = "sigmoid", selection_bias = true, num_groups = 8, top_groups = 4, renormalize = true, routed_scale = 2.5 }
)");
  request.layout = {.pipeline = 16, .data = 128, .expert = 64};
  request.seq_len = 4096;
  const ProbePlan plan = plan_probe(request, Bytes(80e9));
  CHECK(plan.experts_held == 4);
  CHECK(plan.notes.empty());
  // Embedding and head 1.85e9, MLA 0.19e9, 4 + 1 experts 0.22e9.
  CHECK(static_cast<double>(plan.memory[0].parameters) == Approx(2.27e9).epsilon(0.01));
}

}  // namespace
}  // namespace assay
