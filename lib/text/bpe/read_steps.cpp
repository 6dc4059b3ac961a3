#include "text/bpe/read_steps.h"

#include <fmt/format.h>

namespace assay {
namespace {

// GPT-2's pattern, which ByteLevel has built in. Source: GPT-2, encoder.py.
constexpr std::string_view kGpt2Pattern =
    R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";
constexpr int kMaxSequences = 8;

std::string_view type_of(const JsonPlace& place) { return place.at("type").string(); }

[[noreturn]] void refuse_type(const JsonPlace& place) {
  place.at("type").fail(fmt::format("{} is not supported", type_of(place).substr(0, 100)));
}

// Calls `read` with the steps of nested Sequences in order; `key` names their list.
template <class Read>
void each_step(const JsonPlace& place, std::string_view key, const Read& read, int depth = 0) {
  if (type_of(place) != "Sequence") return read(place);
  if (depth == kMaxSequences) place.fail("Sequences are nested too deeply");
  place.expect_only({"type", key});
  const JsonPlace steps = place.at(key);
  for (size_t i = 0; i < steps.size(); ++i) each_step(steps.at(i), key, read, depth + 1);
}

SplitBehavior behavior_of(const JsonPlace& place) {
  const std::string& name = place.string();
  if (name == "Isolated") return SplitBehavior::kIsolated;
  if (name == "Removed") return SplitBehavior::kRemoved;
  if (name == "MergedWithPrevious") return SplitBehavior::kMergedWithPrevious;
  if (name == "MergedWithNext") return SplitBehavior::kMergedWithNext;
  if (name == "Contiguous") return SplitBehavior::kContiguous;
  place.fail("no behavior of a Split");
}

SplitStage read_split(const JsonPlace& place) {
  place.expect_only({"type", "pattern", "behavior", "invert"});
  const JsonPlace pattern = place.at("pattern");
  pattern.expect_only({"Regex", "String"});
  const bool is_regex = pattern.has("Regex");
  const JsonPlace text = pattern.at(is_regex ? "Regex" : "String");
  return {.pattern = is_regex ? Pattern::compile(text.string(), text.where())
                              : Pattern::literal(text.string(), text.where()),
          .behavior = behavior_of(place.at("behavior")),
          .invert = place.at("invert").boolean()};
}

SplitStage read_digits(const JsonPlace& place) {
  place.expect_only({"type", "individual_digits"});
  return {.pattern = Pattern::digits(),
          .behavior = place.at("individual_digits").boolean() ? SplitBehavior::kIsolated
                                                              : SplitBehavior::kContiguous};
}

void read_byte_level(const JsonPlace& place, TokenizerJson& tokenizer) {
  place.expect_only({"type", "add_prefix_space", "trim_offsets", "use_regex"});
  tokenizer.has_prefix_space = place.at("add_prefix_space").boolean();
  if (tokenizer.has_prefix_space && !tokenizer.stages.empty()) {
    place.at("add_prefix_space").fail("not supported after another step");
  }
  if (!place.boolean_or("use_regex", true)) return;
  tokenizer.stages.push_back({.pattern = Pattern::compile(kGpt2Pattern, place.where())});
}

std::vector<uint32_t> template_tokens(const JsonPlace& place, const JsonPlace& tokens) {
  place.expect_only({"id", "type_id"});
  const JsonPlace entry = tokens.at(place.at("id").string());
  entry.expect_only({"id", "ids", "tokens"});
  const JsonPlace ids = entry.at("ids");
  std::vector<uint32_t> all;
  for (size_t i = 0; i < ids.size(); ++i) all.push_back(ids.at(i).token());
  return all;
}

void read_template(const JsonPlace& place, TokenizerJson& tokenizer) {
  place.expect_only({"type", "single", "pair", "special_tokens"});
  const JsonPlace single = place.at("single");
  bool after_text = false;
  for (size_t i = 0; i < single.size(); ++i) {
    const JsonPlace part = single.at(i);
    part.expect_only({"SpecialToken", "Sequence"});
    if (part.has("Sequence")) {
      if (after_text) part.fail("a second text in the template of one");
      after_text = true;
      continue;
    }
    auto& around = after_text ? tokenizer.special_tokens.suffix : tokenizer.special_tokens.prefix;
    for (const uint32_t token :
         template_tokens(part.at("SpecialToken"), place.at("special_tokens"))) {
      if (token >= tokenizer.texts.size()) part.fail("a token outside of the vocabulary");
      around.push_back(token);
    }
  }
  if (!after_text) single.fail("a template without its text");
}

}  // namespace

void read_normalizer(const JsonPlace& place, TokenizerJson& tokenizer) {
  each_step(place, "normalizers", [&](const JsonPlace& step) {
    if (type_of(step) != "NFC") refuse_type(step);
    step.expect_only({"type"});
    tokenizer.has_nfc = true;
  });
}

void read_pre_tokenizer(const JsonPlace& place, TokenizerJson& tokenizer) {
  bool has_bytes = false;
  each_step(place, "pretokenizers", [&](const JsonPlace& step) {
    if (has_bytes) step.fail("a step after ByteLevel is not supported");
    const std::string_view type = type_of(step);
    if (type == "Split") {
      tokenizer.stages.push_back(read_split(step));
    } else if (type == "Digits") {
      tokenizer.stages.push_back(read_digits(step));
    } else if (type == "ByteLevel") {
      read_byte_level(step, tokenizer);
      has_bytes = true;
    } else {
      refuse_type(step);
    }
  });
  if (!has_bytes) place.fail("has no ByteLevel step: not a byte-level BPE");
}

void read_decoder(const JsonPlace& place) {
  each_step(place, "decoders", [](const JsonPlace& step) {
    if (type_of(step) != "ByteLevel") refuse_type(step);
    step.expect_only({"type", "add_prefix_space", "trim_offsets", "use_regex"});
  });
}

void read_post_processor(const JsonPlace& place, TokenizerJson& tokenizer) {
  bool has_template = false;
  each_step(place, "processors", [&](const JsonPlace& step) {
    if (type_of(step) == "ByteLevel") {
      return step.expect_only({"type", "add_prefix_space", "trim_offsets", "use_regex"});
    }
    if (type_of(step) != "TemplateProcessing") refuse_type(step);
    if (has_template) step.fail("a second template");
    has_template = true;
    read_template(step, tokenizer);
  });
}

}  // namespace assay
