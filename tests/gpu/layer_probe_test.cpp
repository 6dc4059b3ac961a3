#include <ATen/ATen.h>

#include <catch2/catch.hpp>

#include "config/toml_reader.h"
#include "layer_probe/layer_probe.h"
#include "profile/make_timer.h"
#include "specs/family.h"

namespace {

using assay::ProbeLayer;
using assay::ProbeRecord;
using assay::ProbeRequest;

constexpr const char* kDeepseek = R"(family = "deepseek"
num_layers = 6
num_dense_layers = 1
d_model = 1024
num_heads = 8
d_ff = 4096
num_experts = 32
num_shared_experts = 1
top_k = 4
d_expert = 512
vocab_size = 32000
max_seq_len = 2048
latent = { q_lora_rank = 256, kv_lora_rank = 128, d_nope = 64, d_rope = 32, d_v = 64 }
router = { scoring = "sigmoid", selection_bias = true, num_groups = 4, top_groups = 2, renormalize = true }
)";

TEST_CASE("layers of a share of the experts are timed by the device's own clock") {
  const at::Device device(at::kCUDA, 0);
  ProbeRequest request{
      .model = "small",
      .table = assay::resolve_model_table(assay::read_toml(kDeepseek, {.name = "test"}))};
  request.layout = {.data = 8, .expert = 8};
  request.seq_len = 2048;
  const auto timer = assay::make_timer(device);
  const ProbeRecord record = assay::run_layer_probe(
      request, assay::plan_probe(request, assay::Bytes(20e9)), device, *timer);
  CHECK(record.clock == "cuda_events");
  CHECK(record.experts_held == 4);
  CHECK(record.layers.size() == 11);
  for (const ProbeLayer& layer : record.layers) {
    INFO(layer.name);
    if (layer.name != "rest" && layer.name != "dense mlp") {
      CHECK(layer.forward.value() > 0);
      CHECK(layer.backward.value() > 0);
    }
    CHECK(layer.high.value() < 1.0);
  }
  CHECK(record.optimizer.time.value() > 0);
  CHECK(record.accumulate.time.value() > 0);
}

}  // namespace
