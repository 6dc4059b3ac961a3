#include <fmt/format.h>

#include <catch2/catch.hpp>
#include <iostream>
#include <set>

#include "measured_peak.h"

// The predicted peak of a training step against what the allocator of tensors counts, on the CPU.

namespace {

using namespace assay;
using testing::measured_peak;
using testing::PeakCase;
using testing::predicted_peak;

struct NamedCase {
  std::string name;
  PeakCase run;
};

struct PeakModel {
  std::string name;
  std::string toml;
};

constexpr const char* kWidths = R"(num_layers = 4
d_model = 128
vocab_size = 512
max_seq_len = 192
num_heads = 4
)";
constexpr const char* kHeads = "num_kv_heads = 4\nd_head = 32\n";
constexpr const char* kExperts = "num_experts = 8\ntop_k = 2\nd_expert = 128\n";

PeakModel dense(const std::string& name) {
  return {name, "family = \"" + name + "\"\n" + kWidths + kHeads + "d_ff = 320\n"};
}

PeakModel mixture(const std::string& name, const std::string& own = "") {
  return {name, "family = \"" + name + "\"\n" + kWidths + kHeads + kExperts + own};
}

PeakModel deepseek(const std::string& name, const std::string& attention) {
  return {name,
          "family = \"deepseek\"\nnum_dense_layers = 1\nd_ff = 320\nnum_shared_experts = 1\n" +
              std::string(kWidths) + kExperts + attention};
}

std::vector<PeakModel> families() {
  return {{"gpt2", std::string("family = \"gpt2\"\nd_ff = 512\n") + kWidths},
          dense("llama"),
          {"llama, 2 key heads", "family = \"llama\"\nnum_kv_heads = 2\nd_head = 32\nd_ff = 320\n" +
                                     std::string(kWidths)},
          dense("qwen2"),
          dense("qwen3"),
          dense("olmo2"),
          mixture("mixtral"),
          mixture("qwen3_moe"),
          mixture("gpt_oss"),
          mixture("glm4_moe",
                  "num_dense_layers = 1\nd_ff = 320\nnum_shared_experts = 1\nqk_norm = true\n"),
          {"olmoe", "family = \"olmoe\"\nnum_kv_heads = 4\n" + std::string(kWidths) + kExperts},
          deepseek("deepseek", "multi_head = { num_kv_heads = 4, d_head = 32 }\n"),
          deepseek("deepseek, latent",
                   "latent = { q_lora_rank = 64, kv_lora_rank = 48, d_nope = 32, d_rope = 16, "
                   "d_v = 32 }\n")};
}

const TrainConfig kPeakTrain{.micro_batch = 4, .seq_len = 192};

TrainConfig shaped(Precision precision, Recompute recompute = Recompute::kNone,
                   int64_t grad_accum = 1) {
  TrainConfig train = kPeakTrain;
  train.precision = precision;
  train.recompute = recompute;
  train.grad_accum = grad_accum;
  return train;
}

std::string name_of(const PeakCase& run) {
  std::string name{to_string(run.train.precision)};
  name += fmt::format(", {} x {}", run.train.micro_batch, run.train.seq_len);
  if (run.train.grad_accum > 1) name += fmt::format(", {} micro-batches", run.train.grad_accum);
  if (run.train.recompute != Recompute::kNone) {
    name += fmt::format(", recompute {}", to_string(run.train.recompute));
  }
  if (run.train.attention == assay::kernels::AttentionKernel::kMath) name += ", plain attention";
  if (run.optimizer.moments != MomentDtype::kFp32) {
    name += fmt::format(", {} moments", to_string(run.optimizer.moments));
  }
  if (!run.optimizer.master_weights) name += ", no masters";
  return name;
}

std::vector<NamedCase> family_cases(Precision precision) {
  std::vector<NamedCase> cases;
  for (const PeakModel& family : families()) {
    cases.push_back({family.name, {.model = family.toml, .train = shaped(precision)}});
  }
  return cases;
}

std::vector<NamedCase> setting_cases() {
  std::vector<NamedCase> cases;
  const OptimizerConfig narrow{.moments = MomentDtype::kBf16};
  const OptimizerConfig coded{.moments = MomentDtype::k8bit};
  const OptimizerConfig pure{.moments = MomentDtype::kBf16, .master_weights = false};
  for (const PeakModel& family : families()) {
    if (family.name != "llama" && family.name != "gpt2" && family.name != "deepseek, latent" &&
        family.name != "mixtral") {
      continue;
    }
    for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
      for (const Recompute recompute : {Recompute::kAttention, Recompute::kFull}) {
        cases.push_back(
            {family.name, {.model = family.toml, .train = shaped(precision, recompute)}});
      }
      for (const int64_t grad_accum : {2, 3}) {
        cases.push_back(
            {family.name,
             {.model = family.toml, .train = shaped(precision, Recompute::kNone, grad_accum)}});
      }
      cases.push_back(
          {family.name, {.model = family.toml, .train = shaped(precision), .optimizer = narrow}});
      cases.push_back(
          {family.name, {.model = family.toml, .train = shaped(precision), .optimizer = coded}});
      TrainConfig plain = shaped(precision);
      plain.attention = assay::kernels::AttentionKernel::kMath;
      cases.push_back({family.name, {.model = family.toml, .train = plain}});
    }
    cases.push_back({family.name,
                     {.model = family.toml, .train = shaped(Precision::kBf16), .optimizer = pure}});
    TrainConfig small = shaped(Precision::kFp32, Recompute::kNone, 2);
    small.micro_batch = 1;
    small.seq_len = 64;
    cases.push_back({family.name, {.model = family.toml, .train = small}});
    small.precision = Precision::kBf16;
    small.grad_accum = 1;
    cases.push_back({family.name, {.model = family.toml, .train = small}});
  }
  return cases;
}

std::vector<NamedCase> capacity_cases() {
  std::vector<NamedCase> cases;
  for (const char* factor : {"0.25", "1.25", "4.0"}) {
    const std::string name = fmt::format("mixtral, capacity {}", factor);
    const std::string model =
        mixture("mixtral").toml + fmt::format("dispatch = {{ capacity_factor = {} }}\n", factor);
    for (const Precision precision : {Precision::kFp32, Precision::kBf16, Precision::kFp8}) {
      cases.push_back({name, {.model = model, .train = shaped(precision)}});
    }
    cases.push_back({name, {.model = model, .train = shaped(Precision::kFp32, Recompute::kFull)}});
  }
  return cases;
}

/// Where activations are more than weights.
std::vector<NamedCase> long_cases() {
  std::vector<NamedCase> cases;
  for (const char* d_ff : {"256", "512"}) {
    const std::string model = fmt::format(
        "family = \"llama\"\nnum_layers = 2\nd_model = 128\nvocab_size = 512\nmax_seq_len = 512\n"
        "num_heads = 4\nnum_kv_heads = 2\nd_head = 32\nd_ff = {}\n",
        d_ff);
    for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
      for (const Recompute recompute : {Recompute::kNone, Recompute::kFull}) {
        TrainConfig train = shaped(precision, recompute);
        train.seq_len = 512;
        cases.push_back(
            {fmt::format("llama, 2 blocks, d_ff {}", d_ff), {.model = model, .train = train}});
      }
    }
  }
  return cases;
}

std::vector<NamedCase> mid_size_cases() {
  const std::string gpt2 =
      "family = \"gpt2\"\nnum_layers = 12\nd_model = 768\nnum_heads = 12\nd_ff = 3072\n"
      "vocab_size = 50304\nmax_seq_len = 1024\n";
  const std::string olmoe =
      "family = \"olmoe\"\nnum_layers = 6\nd_model = 512\nnum_heads = 8\nnum_kv_heads = 8\n"
      "num_experts = 64\ntop_k = 8\nd_expert = 256\nvocab_size = 8192\nmax_seq_len = 512\n";
  const std::string qwen =
      "family = \"qwen3\"\nnum_layers = 8\nd_model = 512\nnum_heads = 8\nnum_kv_heads = 4\n"
      "d_head = 64\nd_ff = 1536\nvocab_size = 32000\nmax_seq_len = 1024\n";
  const std::string wide_vocabulary =
      "family = \"llama\"\nnum_layers = 2\nd_model = 128\nnum_heads = 4\nnum_kv_heads = 4\n"
      "d_head = 32\nd_ff = 320\nvocab_size = 262144\nmax_seq_len = 512\ntie_embeddings = ";
  std::vector<NamedCase> cases;
  for (const Precision precision : {Precision::kFp32, Precision::kBf16}) {
    TrainConfig train = shaped(precision);
    train.micro_batch = 2;
    train.seq_len = 256;
    cases.push_back({"gpt2 124M", {.model = gpt2, .train = train}});
    cases.push_back({"olmoe 64 experts", {.model = olmoe, .train = train}});
    train.seq_len = 1024;
    cases.push_back({"qwen3 61M", {.model = qwen, .train = train}});
    train.recompute = Recompute::kFull;
    cases.push_back({"qwen3 61M", {.model = qwen, .train = train}});
    for (const char* tied : {"false", "true"}) {
      cases.push_back({fmt::format("llama, vocabulary 262144, tied {}", tied),
                       {.model = wide_vocabulary + tied + "\n",
                        .train = {.micro_batch = 1, .seq_len = 512, .precision = precision}}});
    }
  }
  return cases;
}

constexpr double kMebibyte = 1048576;

/// Predicted over measured, with a row of a table for docs/measurements/memory.md.
double ratio_of(const NamedCase& one, std::string& row) {
  const TrainingPeak peak = predicted_peak(one.run);
  const double predicted = peak.total().value();
  const double measured = measured_peak(one.run);
  row = fmt::format("| {} | {} | {:.1f} | {:.1f} | {:.3f} | {} |", one.name, name_of(one.run),
                    predicted / kMebibyte, measured / kMebibyte, predicted / measured, peak.moment);
  return predicted / measured;
}

void check_all(const std::vector<NamedCase>& cases) {
  for (const NamedCase& one : cases) {
    std::string row;
    const double ratio = ratio_of(one, row);
    INFO(row << "\n" << parts_text(predicted_peak(one.run)));
    CHECK(ratio > 0.9);
    CHECK(ratio < 1.1);
  }
}

TEST_CASE("every family that can be trained is among those whose peak is measured") {
  std::set<std::string> measured;
  for (const PeakModel& model : families()) {
    measured.insert(spec_from_table(read_toml(model.toml, {.name = "model"}), "of").family);
  }
  for (const Family& family : assay::families()) {
    INFO(family.name);
    CHECK(measured.contains(std::string(family.name)) == family.trainable);
  }
}

TEST_CASE("the peak of a step of every family is predicted within 10 %, in fp32") {
  check_all(family_cases(Precision::kFp32));
}

TEST_CASE("the peak of a step of every family is predicted within 10 %, in bf16") {
  check_all(family_cases(Precision::kBf16));
}

TEST_CASE("the peak of a step of every family is predicted within 10 %, in fp8") {
  check_all(family_cases(Precision::kFp8));
}

TEST_CASE("so it is with what is computed again, several micro-batches and narrow optimizers") {
  check_all(setting_cases());
}

TEST_CASE("so it is with experts of a capacity") { check_all(capacity_cases()); }

TEST_CASE("so it is for long sequences of a small model") { check_all(long_cases()); }

TEST_CASE("so it is for models of middle size", "[.mid]") { check_all(mid_size_cases()); }

TEST_CASE("the table of docs/measurements/memory.md", "[.table]") {
  std::cout << "| model | setting | predicted MiB | measured MiB | ratio | moment |\n"
               "|---|---|---|---|---|---|\n";
  for (const auto& cases : {family_cases(Precision::kFp32), family_cases(Precision::kBf16),
                            family_cases(Precision::kFp8), setting_cases(), capacity_cases(),
                            long_cases(), mid_size_cases()}) {
    for (const NamedCase& one : cases) {
      std::string row;
      ratio_of(one, row);
      std::cout << row << std::endl;
    }
  }
}

}  // namespace
