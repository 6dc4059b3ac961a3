#include "specs/training_peak.h"

#include <catch2/catch.hpp>
#include <string>

#include "config/config.h"
#include "specs/family.h"

namespace assay {
namespace {

ModelSpec peak_spec(const std::string& toml) {
  return spec_from_table(read_toml(toml, {.name = "test"}), "test");
}

const std::string kSmallDecoder =
    "num_layers = 4\nd_model = 64\nnum_heads = 4\nnum_kv_heads = 4\nd_head = 16\nvocab_size = 97\n"
    "max_seq_len = 4096\n";

ModelSpec peak_llama(const std::string& more = "") {
  return peak_spec("family = \"llama\"\nd_ff = 96\n" + kSmallDecoder + more);
}

ModelSpec peak_mixtral() {
  return peak_spec("family = \"mixtral\"\nnum_experts = 8\ntop_k = 2\nd_expert = 48\n" +
                   kSmallDecoder);
}

StepShape wide_step(int64_t seq_len = 256) {
  return {.micro_batch = 2, .seq_len = seq_len, .logit_rows = 1 << 20};
}

StepShape narrow_step(int64_t seq_len = 256) {
  StepShape shape = wide_step(seq_len);
  shape.element_bytes = 2;
  shape.master_bytes = 4;
  return shape;
}

double kept_blocks(const ModelSpec& spec, const StepShape& shape) {
  return own_activations(spec, shape).blocks.value();
}

TEST_CASE("dense blocks of a micro-batch keep its sequences times what one keeps") {
  const Bytes one = own_activation_memory(peak_llama(), Recompute::kNone, 256, 4).blocks;
  CHECK(kept_blocks(peak_llama(), wide_step()) == Approx(2 * one.value()));
}

TEST_CASE("short contexts in bf16 on a CPU keep attention in fp32, long ones and GPUs do not") {
  const double tokens = 2 * 128;
  // In fp32: queries, keys, values and the result, 64 wide; in bf16: five times 64 beside the
  // result.
  const double wider = 4 * tokens * (4 * 4.0 * 64 - 2.0 * 5 * 64);
  StepShape on_gpu = narrow_step(128);
  on_gpu.on_gpu = true;
  CHECK(kept_blocks(peak_llama(), narrow_step(128)) - kept_blocks(peak_llama(), on_gpu) ==
        Approx(wider));
  CHECK(kept_blocks(peak_llama(), narrow_step(256)) ==
        Approx(2 * kept_blocks(peak_llama(), on_gpu)));
}

TEST_CASE("fp8 keeps inputs of products in a byte and a thirty-second") {
  StepShape fp8 = narrow_step();
  fp8.fp8_products = true;
  const double tokens = 2 * 256;
  const double byte = 1 + 1.0 / 32;
  // Of attention's first product and the MLP's two; attention's result is kept beside its copy.
  const double saved = 4 * tokens * ((64 + 64 + 96) * (2 - byte) - 64 * byte);
  CHECK(kept_blocks(peak_llama(), narrow_step()) - kept_blocks(peak_llama(), fp8) == Approx(saved));
}

TEST_CASE("products that widen bf16 hold an MLP's operands and result in fp32") {
  const StepShape narrow = narrow_step();
  StepShape widens = narrow;
  widens.widens_products = true;
  const TrainingPeak without = training_peak(peak_llama(), narrow);
  const TrainingPeak with = training_peak(peak_llama(), widens);
  CHECK(with.moment == without.moment);
  const double tokens = 2 * 256;
  // The gradients of the stream, of gate and up, and a share of the MLP's weights.
  const double plain = tokens * (64 + 192) * 2 + 64 * 96 * 2;
  // At the joint product of gate and up, when their own product (96) is free again: its result's
  // gradient in fp32, an input of 64 in both widths beside its gradient, the weight's in both.
  const double wide = tokens * (4 * 192 + 8 * 64 - 2 * 96) + 192 * 64 * 6 + 64 * 96 * 2;
  CHECK((with.transient - without.transient).value() == Approx(wide - plain));
  CHECK(with.weights == without.weights);
}

TEST_CASE("experts' rows are filled up on a CPU in bf16") {
  StepShape on_gpu = narrow_step();
  on_gpu.on_gpu = true;
  // Half of 32 rows an expert, each with its input, gate, up, their product and its output.
  const double filled = 4 * 8 * 15.5 * 2 * (64 + 48 + 48 + 48 + 64);
  CHECK(kept_blocks(peak_mixtral(), narrow_step()) - kept_blocks(peak_mixtral(), on_gpu) ==
        Approx(filled));
}

TEST_CASE("experts of a capacity hold all rows of their buffers and no others") {
  StepShape roomy = wide_step();
  roomy.capacity_factor = 1.5;
  // 192 rows and an empty one each, where the choices would be 1024; each as above, in fp32.
  const double row = 4 * 4 * (64 + 48 + 48 + 48 + 64);
  CHECK(further_expert_rows(peak_mixtral(), roomy) == 8 * 193 - 1024);
  CHECK(kept_blocks(peak_mixtral(), roomy) - kept_blocks(peak_mixtral(), wide_step()) ==
        Approx((8 * 193 - 1024) * row));
  StepShape tight = roomy;
  tight.capacity_factor = 0.25;
  CHECK(further_expert_rows(peak_mixtral(), tight) == 8 * 33 - 1024);
  StepShape narrow = narrow_step();
  narrow.capacity_factor = 0.25;
  CHECK(further_expert_rows(peak_mixtral(), narrow) == 8 * 64 - 1024);
  roomy.capacity_factor = 100;  // no expert gets a token twice
  CHECK(further_expert_rows(peak_mixtral(), roomy) == 8 * 513 - 1024);
}

TEST_CASE("documents apart keep a mask of every sequence and layer on a GPU") {
  StepShape plain = wide_step();
  plain.on_gpu = true;
  StepShape apart = plain;
  apart.documents_apart = true;
  CHECK(kept_blocks(peak_llama(), apart) - kept_blocks(peak_llama(), plain) ==
        Approx(4 * 2 * 256.0 * 256 * 4));
}

TEST_CASE("documents apart keep each document's attention beside that of all on a CPU") {
  StepShape apart = wide_step();
  apart.documents_apart = true;
  CHECK(kept_blocks(peak_llama(), apart) - kept_blocks(peak_llama(), wide_step()) ==
        Approx(4 * 2 * 256.0 * 64 * 4));
}

TEST_CASE("documents apart in bf16 on a CPU are counted as short contexts") {
  StepShape apart = narrow_step(256);
  apart.documents_apart = true;
  CHECK(kept_blocks(peak_llama(), apart) ==
        Approx(2 * kept_blocks(peak_llama(), narrow_step(128))));
}

TEST_CASE("what is held all the time is bytes a parameter") {
  const TrainingPeak peak = training_peak(peak_llama(), narrow_step());
  const auto total = static_cast<double>(peak_llama().parameters.total);
  CHECK(peak.weights.value() == 2 * total);
  CHECK(peak.master_weights.value() == 4 * total);
  CHECK(peak.moments.value() == 8 * total);
}

TEST_CASE("moments of products' weights may be narrower than those of tables and norms") {
  StepShape narrow = narrow_step();
  narrow.moment_bytes = 2;
  const auto others = [&](const ModelSpec& spec) {
    // 2 bytes of every parameter, and 6 more of what is no product's weight.
    const auto total = static_cast<double>(spec.parameters.total);
    return (training_peak(spec, narrow).moments.value() - 2 * total) / 6;
  };
  // The table, two norms a layer and the last one.
  CHECK(others(peak_llama()) == 97 * 64 + 9 * 64);
  CHECK(others(peak_llama("tie_embeddings = true\n")) == 97 * 64 + 9 * 64);
  CHECK(others(peak_mixtral()) == 97 * 64 + 9 * 64);
}

TEST_CASE("many tokens peak where activations are held, few where gradients are") {
  const TrainingPeak many = training_peak(peak_llama(), wide_step(4096));
  CHECK((many.moment == "last block" || many.moment == "head"));
  CHECK(many.activations > many.gradients);
  StepShape few = wide_step(1);
  few.micro_batch = 1;
  const TrainingPeak little = training_peak(peak_llama(), few);
  CHECK(little.gradients.value() > 0.9 * 4 * static_cast<double>(peak_llama().parameters.total));
}

TEST_CASE("gradients in bf16 of several micro-batches are added in fp32, those in fp32 in place") {
  const auto gradients = [](StepShape shape, int64_t grad_accum) {
    shape.micro_batch = 1;
    shape.seq_len = 1;
    shape.grad_accum = grad_accum;
    return training_peak(peak_llama(), shape).gradients.value() /
           static_cast<double>(peak_llama().parameters.total);
  };
  CHECK(gradients(wide_step(), 1) == Approx(4).margin(0.2));
  CHECK(gradients(wide_step(), 3) == Approx(4).margin(0.2));
  CHECK(gradients(narrow_step(), 1) == Approx(2).margin(0.1));
  CHECK(gradients(narrow_step(), 2) == Approx(4).margin(0.1));
  CHECK(gradients(narrow_step(), 3) == Approx(6).margin(0.1));
}

TEST_CASE("an update on a GPU holds bf16 gradients as they are, and wide steps for codes alone") {
  StepShape shape = narrow_step(1);
  shape.micro_batch = 1;
  shape.on_gpu = true;
  const auto total = static_cast<double>(peak_llama().parameters.total);
  for (const double moment_bytes : {8.0, 4.0}) {
    shape.moment_bytes = shape.other_moment_bytes = moment_bytes;
    for (const double master_bytes : {4.0, 0.0}) {
      shape.master_bytes = master_bytes;
      const TrainingPeak peak = training_peak(peak_llama(), shape);
      CHECK((peak.gradients + peak.transient).value() == Approx(2 * total).epsilon(0.1));
    }
  }
  shape.moment_bytes = 2;
  const TrainingPeak coded = training_peak(peak_llama(), shape);
  CHECK(coded.moment == "update");
  CHECK(coded.gradients.value() == 2 * total);
  CHECK(coded.transient.value() > 0);
}

TEST_CASE("logits are held for as many rows as are made at once") {
  StepShape shape = wide_step(4096);
  const ModelSpec wide = peak_spec(
      "family = \"llama\"\nnum_layers = 1\nd_model = 8\nnum_heads = 1\nnum_kv_heads = 1\n"
      "d_head = 8\nd_ff = 8\nvocab_size = 10000\nmax_seq_len = 4096\n");
  const TrainingPeak whole = training_peak(wide, shape);
  CHECK(whole.moment == "head");
  CHECK(whole.transient.value() == Approx(2 * 4096 * 10000 * 4.0).epsilon(0.01));
  shape.logit_rows = 1024;
  const TrainingPeak shared = training_peak(wide, shape);
  CHECK(shared.transient.value() == Approx(1024 * 10000 * 4.0).epsilon(0.05));
}

TEST_CASE("a GPU's kernels hold no wide copies that the CPU's loops do not hold") {
  const std::string many_words =
      "num_layers = 1\nd_model = 8\nnum_heads = 1\nnum_kv_heads = 1\nd_head = 8\n"
      "vocab_size = 10000\nmax_seq_len = 4096\n";
  for (const ModelSpec& spec :
       {peak_llama(), peak_mixtral(), peak_spec("family = \"llama\"\nd_ff = 8\n" + many_words)}) {
    StepShape on_gpu = wide_step(4096);
    on_gpu.on_gpu = true;
    const TrainingPeak loops = training_peak(spec, wide_step(4096));
    const TrainingPeak kernels = training_peak(spec, on_gpu);
    CHECK(kernels.moment == loops.moment);
    CHECK(kernels.transient.value() == loops.transient.value());
  }
}

TEST_CASE("what is computed again makes the peak smaller") {
  StepShape shape = wide_step(4096);
  const double none = training_peak(peak_llama(), shape).total().value();
  shape.recompute = Recompute::kAttention;
  const double attention = training_peak(peak_llama(), shape).total().value();
  shape.recompute = Recompute::kFull;
  const double full = training_peak(peak_llama(), shape).total().value();
  CHECK(attention < none);
  CHECK(full < attention);
}

TEST_CASE("keys wider than values keep the whole softmax on a CPU, in fp32, and not on a GPU") {
  const ModelSpec latent = peak_spec(
      "family = \"deepseek\"\nnum_layers = 2\nnum_dense_layers = 1\nd_model = 64\nnum_heads = 4\n"
      "d_ff = 96\nnum_experts = 8\nnum_shared_experts = 1\ntop_k = 2\nd_expert = 24\n"
      "vocab_size = 97\nmax_seq_len = 256\n"
      "latent = { kv_lora_rank = 16, d_nope = 16, d_rope = 8, d_v = 16 }\n");
  StepShape on_gpu = wide_step();
  on_gpu.on_gpu = true;
  // Side by side queries, keys and values take 64 numbers a head, joined to others' 80.
  const double per_token = 2 * 4 * (256 + 64 - 80) * 4.0;
  CHECK(kept_blocks(latent, wide_step()) - kept_blocks(latent, on_gpu) ==
        Approx(2 * 256 * per_token));
}

TEST_CASE("a tied table's two gradients are added to a third") {
  StepShape few = wide_step(1);
  few.micro_batch = 1;
  const std::string wide =
      "family = \"llama\"\nnum_layers = 1\nd_model = 8\nnum_heads = 1\n"
      "num_kv_heads = 1\nd_head = 8\nd_ff = 8\nvocab_size = 10000\n"
      "max_seq_len = 64\ntie_embeddings = true\n";
  const TrainingPeak peak = training_peak(peak_spec(wide), few);
  CHECK(peak.moment == "embedding");
  CHECK(peak.transient.value() == Approx(10000 * 8 * 4.0).epsilon(0.001));
}

}  // namespace
}  // namespace assay
