# Libraries of others, as imported targets. All come from Debian 12; docs/dependencies.md gives each one's reason.
# Their headers are SYSTEM, so our warnings do not read them.
include(FindPackageHandleStandardArgs)

find_package(OpenSSL 3.0 REQUIRED)
find_package(SQLite3 REQUIRED)
find_package(fmt 9 REQUIRED)
find_package(Boost 1.81 EXACT REQUIRED)

# name: imported target; header: a file that proves it is there; library: empty for header-only
function(mednexus_vendor name)
  cmake_parse_arguments(V "" "HEADER;LIBRARY;PACKAGE" "" ${ARGN})
  string(MAKE_C_IDENTIFIER ${name} id)
  find_path(${id}_INCLUDE ${V_HEADER} REQUIRED)
  add_library(${name} INTERFACE IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES INTERFACE_INCLUDE_DIRECTORIES ${${id}_INCLUDE})
  if(V_LIBRARY)
    find_library(${id}_LIBRARY ${V_LIBRARY} REQUIRED)
    set_target_properties(${name} PROPERTIES INTERFACE_LINK_LIBRARIES ${${id}_LIBRARY})
  endif()
endfunction()

mednexus_vendor(vendor::expected HEADER tl/expected.hpp)
mednexus_vendor(vendor::sodium HEADER sodium.h LIBRARY sodium)
mednexus_vendor(vendor::cryptopp HEADER cryptopp/keccak.h LIBRARY cryptopp)
mednexus_vendor(vendor::secp256k1 HEADER secp256k1_recovery.h LIBRARY secp256k1)
mednexus_vendor(vendor::rapidjson HEADER rapidjson/reader.h)
mednexus_vendor(vendor::cli11 HEADER CLI/CLI.hpp)
mednexus_vendor(vendor::toml HEADER toml++/toml.h)
mednexus_vendor(vendor::isal HEADER isa-l/erasure_code.h LIBRARY isal)
