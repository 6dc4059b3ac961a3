#pragma once

#include <type_traits>

namespace assay {

/// Makes an enum a field type. Specialise it with
/// `static constexpr std::array kValues{std::pair{std::string_view("bf16"), Precision::kBf16},
/// …};`.
template <class E>
struct EnumNames;

template <class E>
concept NamedEnum = std::is_enum_v<E> && requires {
  EnumNames<E>::kValues;
};

}  // namespace assay
