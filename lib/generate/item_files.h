#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace assay {

/// A question whose answer is the likeliest of several texts. docs/evaluation.md has the format.
struct ChoiceItem {
  std::string context;
  std::vector<std::string> choices;
  size_t answer = 0;
  std::string where;  ///< file:line, for messages
};

/// A question whose answer is generated and compared.
struct ExactItem {
  std::string prompt;
  std::vector<std::string> answers;  ///< any of them will do
  int64_t max_tokens = 32;
  std::vector<std::string> stop{"\n"};
  std::string where;
};

/// A text to go on from. docs/generation.md has the format.
struct PromptItem {
  std::string prompt;
  std::string where;
};

/// Read one item a line and hand each to `take`; empty lines are passed over. Nothing is kept.
/// Throw: DataError with file:line where a line is no JSON object, has a wrong, missing or unknown
/// key or is not UTF-8, and for a file without items.
void read_choice_items(const std::filesystem::path& path,
                       const std::function<void(ChoiceItem)>& take);
void read_exact_items(const std::filesystem::path& path,
                      const std::function<void(ExactItem)>& take);
void read_prompt_items(const std::filesystem::path& path,
                       const std::function<void(PromptItem)>& take);

}  // namespace assay
