#include "text/regex/pattern.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <fmt/format.h>
#include <pcre2.h>

#include <array>

#include "error/error.h"
#include "text/regex/newer_unicode.h"
#include "text/regex/pattern_syntax.h"

namespace assay {
namespace {

constexpr size_t kFirstStack = size_t{32} << 10;
constexpr size_t kMaxStack = size_t{64} << 20;

std::string pcre2_message(int code) {
  std::array<PCRE2_UCHAR, 256> text{};
  pcre2_get_error_message(code, text.data(), text.size());
  return reinterpret_cast<const char*>(text.data());
}

const pcre2_code* code_of(const std::shared_ptr<const void>& code) {
  return static_cast<const pcre2_code*>(code.get());
}

// Of one thread: its stack is a mapping of kMaxStack, too dear to make for each text.
struct MatchContext {
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack = pcre2_jit_stack_create(kFirstStack, kMaxStack, nullptr);

  MatchContext() { pcre2_jit_stack_assign(context, nullptr, stack); }
  MatchContext(const MatchContext&) = delete;
  MatchContext& operator=(const MatchContext&) = delete;
  ~MatchContext() {
    pcre2_match_context_free(context);
    pcre2_jit_stack_free(stack);
  }
};

pcre2_match_context* match_context() {
  thread_local const MatchContext context;
  return context.context;
}

}  // namespace

Pattern Pattern::build(const std::string& pcre2, std::string_view place, bool is_literal) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const uint32_t options = PCRE2_UTF | (is_literal ? PCRE2_LITERAL : PCRE2_UCP);
  pcre2_code* code = pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pcre2.data()), pcre2.size(),
                                   options, &error, &offset, nullptr);
  if (code == nullptr) {
    throw DataError(fmt::format("[text] {}: pattern is broken: {}", place, pcre2_message(error)));
  }
  Pattern pattern;
  pattern.code_ = std::shared_ptr<const void>(code, [](const void* held) {
    pcre2_code_free(static_cast<pcre2_code*>(const_cast<void*>(held)));
  });
  pattern.place_ = place;
  uint32_t matches_nothing = 0;
  pcre2_pattern_info(code, PCRE2_INFO_MATCHEMPTY, &matches_nothing);
  if (matches_nothing != 0) {
    throw DataError(fmt::format("[text] {}: pattern can match an empty text", place));
  }
  // Where the machine has no just-in-time compiler the interpreter gives the same matches.
  static_cast<void>(pcre2_jit_compile(code, PCRE2_JIT_COMPLETE));
  return pattern;
}

Pattern Pattern::compile(std::string_view pattern, std::string_view place) {
  return build(to_pcre2(pattern, place), place, /*is_literal=*/false);
}

Pattern Pattern::literal(std::string_view text, std::string_view place) {
  if (text.empty()) throw DataError(fmt::format("[text] {}: empty pattern", place));
  return build(std::string(text), place, /*is_literal=*/true);
}

Pattern Pattern::digits() {
  return build("[\\p{N}" + newer_members("N") + newest_digits() + "]", "digits", false);
}

Pattern::Search::Search(const Pattern& pattern)
    : pattern_(&pattern),
      match_data_(pcre2_match_data_create_from_pattern(code_of(pattern.code_), nullptr),
                  [](void* held) { pcre2_match_data_free(static_cast<pcre2_match_data*>(held)); }) {
}

std::optional<Pattern::Match> Pattern::Search::find(std::string_view text, size_t begin) {
  auto* data = static_cast<pcre2_match_data*>(match_data_.get());
  const int found = pcre2_match(code_of(pattern_->code_), reinterpret_cast<PCRE2_SPTR>(text.data()),
                                text.size(), begin, PCRE2_NO_UTF_CHECK, data, match_context());
  if (found == PCRE2_ERROR_NOMATCH) return std::nullopt;
  if (found < 0) {
    throw DataError(fmt::format("[text] {}: search in {} bytes failed: {}", pattern_->place_,
                                text.size(), pcre2_message(found)));
  }
  const PCRE2_SIZE* place = pcre2_get_ovector_pointer(data);
  return Match{place[0], place[1]};
}

}  // namespace assay
