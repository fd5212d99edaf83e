<?php
// The token of the member who looks at the page; '' for a guest. $secret has at least 32 bytes.
function folkmoot_token(?array $member, string $secret): string
{
    if ($member === null) {
        return '';
    }
    $base64url = fn (string $bytes): string => rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    $json = fn (array $value): string => $base64url(json_encode($value, JSON_THROW_ON_ERROR));
    $signed = $json(['alg' => 'HS256', 'typ' => 'JWT']) . '.' . $json([
        'sub' => (string) $member['id'],
        'name' => $member['name'],
        'role' => $member['is_staff'] ? 'staff' : 'member',
        'groups' => array_values($member['groups']),
        'joined' => (int) $member['joined'], // seconds since 1970
        'exp' => time() + 300,
    ]);
    return $signed . '.' . $base64url(hash_hmac('sha256', $signed, $secret, true));
}
