#include "train/run_config.h"

#include <catch2/catch.hpp>

#include <fstream>

#include "error/error.h"
#include "scratch_folder.h"

namespace {

using assay::load_run_config;
using assay::RunConfig;
using assay::testing::ScratchFolder;

constexpr const char* kSmall = R"(
[model]
family = "gpt2"
num_layers = 2
num_heads = 2
d_model = 32
d_ff = 128
vocab_size = 256
max_seq_len = 64

[train]
steps = 50
seq_len = 64

[schedule]
warmup_steps = 5
)";

RunConfig load(const std::string& text, std::vector<std::string> set = {}) {
  const ScratchFolder scratch;
  std::ofstream(scratch.path() / "run.toml") << text;
  return load_run_config(scratch.path() / "run.toml", {.set = std::move(set)});
}

std::string message_of(const std::string& text, std::vector<std::string> set = {}) {
  try {
    load(text, std::move(set));
  } catch (const assay::ConfigError& error) {
    return error.what();
  }
  return "no ConfigError";
}

TEST_CASE("a run config reads with defaults and overrides") {
  const RunConfig config =
      load(kSmall, {"train.precision=bf16", "price.device_hour=0.10 USD/gpu_h"});
  CHECK(config.train.steps == 50);
  CHECK(config.train.precision == assay::Precision::kBf16);
  CHECK(config.price.device_hour->value == 0.10);
  CHECK(config.checkpoint.keep_last == 2);
}

TEST_CASE("an evaluation of one token has nothing to predict") {
  for (const std::string key : {"train.eval_tokens", "train.final_eval_tokens"}) {
    CHECK_THAT(message_of(kSmall, {key + "=1"}), Catch::Contains(key + " = 1 has no next token"));
    CHECK_NOTHROW(load(kSmall, {key + "=2"}));
  }
}

TEST_CASE("GPUs to read are named as NVML or the kernel names them") {
  CHECK_THAT(message_of(kSmall, {"energy.gpus=GPU-1a,0"}),
             Catch::Contains("(GPU-..., as nvidia-smi -L has them)") && Catch::Contains("\"0\""));
  CHECK_NOTHROW(load(kSmall, {"energy.gpus=GPU-1a,MIG-2b,0000:03:00.0"}));
}

TEST_CASE("layers that stay in bf16 are named with commas between") {
  const RunConfig config = load(kSmall, {"train.precision=fp8", "train.keep_bf16= h_0., , mlp ,"});
  CHECK(config.train.layers_in_bf16() == std::vector<std::string>{"h_0.", "mlp"});
  CHECK(load(kSmall, {"train.precision=fp8"}).train.layers_in_bf16().empty());
}

TEST_CASE("the resolved config reads back as itself") {
  const RunConfig config = load(kSmall, {"price.device_hour=0.10 USD/gpu_h"});
  const std::string text = assay::dump_toml(config);
  CHECK(assay::dump_toml(load(text)) == text);
  CHECK(assay::config_sha256(load(text)) == assay::config_sha256(config));
}

TEST_CASE("an unknown key is named with its place and the nearest known one") {
  const std::string text = std::string(kSmall) + "\n[checkpoint]\nkeep_lasst = 3\n";
  CHECK_THAT(message_of(text), Catch::Contains("run.toml:19:1") && Catch::Contains("keep_lasst") &&
                                   Catch::Contains("keep_last"));
}

TEST_CASE("bad values stop with their place") {
  CHECK_THAT(message_of(std::string(kSmall) + "min_lr = \"low\"\n"),
             Catch::Contains("run.toml:17"));
  CHECK_THAT(message_of(std::string(kSmall) + "warmup_steps = 6\n"),
             Catch::Contains("run.toml:17"));
  CHECK_THAT(message_of(std::string(kSmall) + "decay_steps = -1\n"),
             Catch::Contains("run.toml:17"));
  CHECK_THAT(message_of(kSmall, {"train.steps=-3"}), Catch::Contains("train.steps"));
  CHECK_THAT(message_of(kSmall, {"train.precision=int8"}), Catch::Contains("fp32, bf16, fp8"));
  CHECK_THAT(message_of(kSmall, {"train.recompute=some"}), Catch::Contains("attention, full"));
  CHECK_THAT(message_of(kSmall, {"optimizer.moments=fp8"}), Catch::Contains("fp32, bf16, 8bit"));
  CHECK_THAT(message_of(kSmall, {"model.num_heads=3"}), Catch::Contains("num_heads"));
  CHECK_THAT(message_of(kSmall, {"price.device_hour=0.10"}), Catch::Contains("device_hour"));
  CHECK_THAT(message_of(kSmall, {"price.device_hour=5 gpu_h"}), Catch::Contains("device_hour"));
  CHECK_THAT(message_of(kSmall, {"price.device_hour=0 USD/gpu_h"}),
             Catch::Contains("price.device_hour is not above zero: 0 USD/gpu_h"));
}

TEST_CASE("keys that do not fit one another are blamed on the override among them") {
  const auto starts = [](const std::string& place) {
    return Catch::StartsWith("[config] --set " + place + ": ");
  };
  CHECK_THAT(message_of(kSmall, {"train.seq_len=65"}), starts("train.seq_len=65"));
  CHECK_THAT(message_of(kSmall, {"model.max_seq_len=32"}), starts("model.max_seq_len=32"));
  CHECK_THAT(message_of(kSmall, {"train.steps=4"}), starts("train.steps=4"));
  CHECK_THAT(message_of(kSmall, {"schedule.warmup_steps=50"}), starts("schedule.warmup_steps=50"));
  CHECK_THAT(message_of(kSmall, {"schedule.min_lr=9"}), starts("schedule.min_lr=9"));
  CHECK_THAT(message_of(kSmall, {"model.d_model=33"}), starts("model.d_model=33"));
  CHECK_THAT(message_of(kSmall, {"optimizer.master_weights=false"}),
             starts("optimizer.master_weights=false"));
  const std::string priced = std::string(kSmall) + "[price]\ndevice_hour = \"2 USD/gpu_h\"\n";
  CHECK_THAT(message_of(priced, {"price.sheet=some"}), starts("price.sheet=some"));
  CHECK_THAT(message_of(priced, {"price.budget=3 EUR"}), starts("price.budget=3 EUR"));
  CHECK_THAT(message_of(priced, {"price.valid_to=soon"}), starts("price.valid_to=soon"));
  // Without an override the file's own line is the place.
  CHECK_THAT(message_of(priced + "budget = \"3 EUR\"\n"), Catch::Contains("run.toml:19:1: "));
}

TEST_CASE("the place of the model is that of its vocabulary, which a tokenizer may contradict") {
  CHECK(to_string(load(kSmall, {"model.vocab_size=300"}).model.place) ==
        "--set model.vocab_size=300");
}

TEST_CASE("tables that do not fit one another are refused") {
  CHECK(message_of(kSmall, {"train.grad_accum=9223372036854775807"}).find("above 1e18") !=
        std::string::npos);
  CHECK_THAT(message_of(kSmall, {"train.seq_len=65"}), Catch::Contains("65 > 64"));
  CHECK_THAT(message_of(kSmall, {"schedule.warmup_steps=50"}), Catch::Contains("50 of 50"));
  CHECK_THAT(message_of(kSmall, {"schedule.decay_steps=51"}), Catch::Contains("51 > 50"));
  CHECK_THAT(message_of(kSmall, {"optimizer.master_weights=false"}),
             Catch::Contains("fp32 weights are their own masters"));
  CHECK_THAT(message_of(kSmall, {"train.keep_bf16=h_0.", "train.precision=bf16"}),
             Catch::Contains("train.keep_bf16 wants train.precision = \"fp8\": \"bf16\""));
  CHECK_THAT(message_of("[train]\nsteps = 3\n"), Catch::Contains("model"));
}

}  // namespace
