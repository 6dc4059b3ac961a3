#pragma once

#include <cstdint>
#include <initializer_list>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace assay {

/// A value of a JSON file with the JSON pointer (RFC 6901) that leads to it, so that every error
/// can say where it is. The document must outlive it.
class JsonPlace {
 public:
  JsonPlace(const nlohmann::json& document, std::string file)
      : value_(&document), file_(std::move(file)) {}

  [[nodiscard]] const nlohmann::json& value() const { return *value_; }
  [[nodiscard]] bool is_null() const { return value_->is_null(); }
  /// "FILE: /model/merges/3", for messages.
  [[nodiscard]] std::string where() const;
  [[noreturn]] void fail(std::string_view what) const;

  /// Throws: DataError where the value is no object or has a key that is not in `keys`.
  void expect_only(std::initializer_list<std::string_view> keys) const;
  [[nodiscard]] bool has(std::string_view key) const;
  /// Throws: DataError where there is no such member.
  [[nodiscard]] JsonPlace at(std::string_view key) const;
  [[nodiscard]] JsonPlace at(size_t index) const;
  /// Elements of an array. Throws: DataError where it is none.
  [[nodiscard]] size_t size() const;

  /// The value as what its name says. Throws: DataError where it is something else.
  [[nodiscard]] const std::string& string() const;
  [[nodiscard]] bool boolean() const;
  [[nodiscard]] uint32_t token() const;
  /// The member as a truth value; `otherwise` where it is absent or null.
  [[nodiscard]] bool boolean_or(std::string_view key, bool otherwise) const;

 private:
  JsonPlace(const nlohmann::json& value, std::string file, std::string pointer)
      : value_(&value), file_(std::move(file)), pointer_(std::move(pointer)) {}

  const nlohmann::json* value_;
  std::string file_;
  std::string pointer_;
};

/// The document. Throws: DataError with line and column where the text is no JSON.
nlohmann::json parse_json_file(std::string_view text, const std::string& file);

}  // namespace assay
