#include "app/torch_support/prompts.h"

#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "error/error.h"
#include "generate/item_files.h"
#include "text/utf8.h"

namespace assay::app {

namespace {

/// Says what is wrong with a text as the kind of error that its origin has.
template <class Kind>
void check_text(const std::string& text, const std::string& where) {
  if (text.empty()) throw Kind(fmt::format("[generate] {} is empty", where));
  const size_t valid = valid_utf8_prefix(text);
  if (valid < text.size()) {
    throw Kind(
        fmt::format("[generate] {} is not UTF-8: byte {} of {}", where, valid + 1, text.size()));
  }
}

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  if (!stream || std::filesystem::is_directory(path)) {
    throw DataError(fmt::format("[generate] the prompt cannot be read: {}", path.string()));
  }
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::vector<std::string> prompt_texts(const GenerateCommand& command) {
  if (!command.prompts.empty()) {
    for (const std::string& text : command.prompts) check_text<ConfigError>(text, "the prompt");
    return command.prompts;
  }
  if (!command.prompt_lines.empty()) {
    std::vector<std::string> texts;
    read_prompt_items(command.prompt_lines,
                      [&](PromptItem item) { texts.push_back(std::move(item.prompt)); });
    return texts;
  }
  const bool from_file = !command.prompt_file.empty();
  std::string text = from_file ? file_bytes(command.prompt_file)
                               : std::string(std::istreambuf_iterator<char>(std::cin), {});
  check_text<DataError>(text, from_file ? "the prompt " + command.prompt_file.string()
                                        : "the prompt on standard input");
  return {std::move(text)};
}

}  // namespace

std::vector<std::vector<int64_t>> read_prompts(const GenerateCommand& command,
                                               const LoadedModel& loaded) {
  std::vector<std::vector<int64_t>> prompts = command.prompt_tokens;
  if (prompts.empty()) {
    const std::vector<std::string> texts = prompt_texts(command);
    if (!loaded.tokenizer) {
      throw ConfigError(
          fmt::format("[generate] no tokenizer is known for {}: name one (--tokenizer) or give "
                      "--prompt-tokens",
                      loaded.source));
    }
    for (const std::string& text : texts) {
      const std::vector<uint32_t>& prefix = loaded.tokenizer->special_tokens().prefix;
      const std::vector<uint32_t> tokens = loaded.tokenizer->encode(text);
      prompts.emplace_back(prefix.begin(), prefix.end());
      prompts.back().insert(prompts.back().end(), tokens.begin(), tokens.end());
    }
  }
  for (const auto& prompt : prompts) {
    for (const int64_t token : prompt) {
      if (token < loaded.spec.vocab_size) continue;
      throw DataError(fmt::format("[generate] the model has no such token: {}, vocabulary {}",
                                  token, loaded.spec.vocab_size));
    }
  }
  return prompts;
}

std::vector<int64_t> end_tokens(const std::filesystem::path& folder) {
  std::ifstream stream(folder / "config.json");
  if (!stream) return {};
  const auto json = nlohmann::json::parse(stream, nullptr, /*allow_exceptions=*/false);
  const auto found = json.is_object() ? json.find("eos_token_id") : json.end();
  if (!json.is_object() || found == json.end() || found->is_null()) return {};
  if (found->is_number_integer()) return {found->get<int64_t>()};
  std::vector<int64_t> tokens;
  for (const auto& token : *found) {
    if (!found->is_array() || !token.is_number_integer()) {
      throw DataError(fmt::format("[generate] {}: eos_token_id is no token",
                                  (folder / "config.json").string()));
    }
    tokens.push_back(token.get<int64_t>());
  }
  return tokens;
}

}  // namespace assay::app
