#include "text/bpe/pre_tokenizer.h"

#include <algorithm>

namespace assay {
namespace {

struct Part {
  size_t begin = 0;
  size_t end = 0;
  bool is_match = false;
};

// All of the text in parts, as Pattern::find_matches of the `tokenizers` package gives them.
std::vector<Part> parts_of(std::string_view text, Pattern::Search& search, bool invert) {
  std::vector<Part> parts;
  size_t at = 0;
  while (const auto match = search.find(text, at)) {
    if (match->begin > at) parts.push_back({at, match->begin, invert});
    parts.push_back({match->begin, match->end, !invert});
    at = match->end;
    if (at == text.size()) break;
  }
  if (at < text.size()) parts.push_back({at, text.size(), invert});
  return parts;
}

// The rules of `SplitDelimiterBehavior` in the `tokenizers` package 0.23, normalizer.rs.
std::vector<Part> merge_parts(const std::vector<Part>& parts, SplitBehavior behavior) {
  std::vector<Part> merged;
  bool previous = false;
  for (const Part& part : parts) {
    const bool joins = behavior == SplitBehavior::kContiguous ? part.is_match == previous
                                                              : part.is_match && !previous;
    if (joins && !merged.empty()) {
      merged.back().end = part.end;
    } else {
      merged.push_back(part);
    }
    previous = part.is_match;
  }
  return merged;
}

std::vector<Part> merge_with_next(const std::vector<Part>& parts) {
  std::vector<Part> merged;
  bool previous = false;
  for (auto part = parts.rbegin(); part != parts.rend(); ++part) {
    if (part->is_match && !previous && !merged.empty()) {
      merged.back().begin = part->begin;
    } else {
      merged.push_back(*part);
    }
    previous = part->is_match;
  }
  std::ranges::reverse(merged);
  return merged;
}

}  // namespace

PreTokenizer::Splitter::Splitter(const PreTokenizer& pre_tokenizer)
    : stages_(&pre_tokenizer.stages_) {
  for (const SplitStage& stage : *stages_) searches_.emplace_back(stage.pattern);
}

void PreTokenizer::Splitter::run(size_t stage, std::string_view text, const TakePiece& take) {
  if (text.empty()) return;
  if (stage == stages_->size()) return take(text);
  const auto& [pattern, behavior, invert] = (*stages_)[stage];
  if (behavior == SplitBehavior::kIsolated) return run_isolated(stage, text, take);
  std::vector<Part> parts = parts_of(text, searches_[stage], invert);
  if (behavior == SplitBehavior::kRemoved) {
    std::erase_if(parts, [](const Part& part) { return part.is_match; });
  } else {
    parts = behavior == SplitBehavior::kMergedWithNext ? merge_with_next(parts)
                                                       : merge_parts(parts, behavior);
  }
  for (const Part& part : parts) {
    run(stage + 1, text.substr(part.begin, part.end - part.begin), take);
  }
}

void PreTokenizer::Splitter::run_isolated(size_t stage, std::string_view text,
                                          const TakePiece& take) {
  size_t at = 0;
  while (at < text.size()) {
    const auto match = searches_[stage].find(text, at);
    if (!match) break;
    if (match->begin > at) run(stage + 1, text.substr(at, match->begin - at), take);
    run(stage + 1, text.substr(match->begin, match->end - match->begin), take);
    at = match->end;
  }
  if (at < text.size()) run(stage + 1, text.substr(at), take);
}

}  // namespace assay
